import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders } from './situation.ts';

/**
 * Both followers wait in the ELR when `min.insync.replicas` is lowered, which clears it; the topic is
 * deleted, and a broker restarts uncleanly. Another topic shows whether the controller gets on.
 */
export const topicDeletedAfterItsElr: ScenarioInput = {
  name: 'topic-deleted-after-its-elr',
  question: 'Can a broker come back when a topic is gone whose ELR it was in?',
  cluster: { brokers: 3, config: impatient, topics: [orders, { ...orders, name: 'audit' }] },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '500ms', topic: 'orders', count: 150, every: '20ms' }],
    },
    {
      kind: 'admin',
      workload: [
        { op: 'alterConfig', at: '6s', topic: 'orders', config: { 'min.insync.replicas': 1 } },
        { op: 'deleteTopic', at: '7s', topic: 'orders' },
      ],
    },
  ],
  faults: [
    { kind: 'cut', from: ['broker-1'], to: ['broker-2', 'broker-3'], at: '2s', for: '6s' },
    { kind: 'crash', node: 'broker-2', at: '9s', restartAfter: '500ms' },
  ],
  healAfter: '22s',
  runFor: '42s',
};
