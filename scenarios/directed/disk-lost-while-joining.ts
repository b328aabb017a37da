import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders, steadyConsumer, steadyProducer } from './situation.ts';

/**
 * Broker 2 has caught up, and its leader asks for it to be in the ISR; before the controller hears that,
 * the broker gets an empty disk, registers again, and is cut off from the leader (KIP-903).
 */
export const diskLostWhileJoining: ScenarioInput = {
  name: 'disk-lost-while-joining',
  question: 'Does a broker join the ISR by what it held in an earlier life?',
  cluster: { brokers: 3, config: impatient, topics: [orders] },
  clients: [steadyProducer, steadyConsumer],
  faults: [
    { kind: 'cut', from: ['broker-1'], to: ['broker-2'], at: '3s', for: '3s' },
    {
      kind: 'frames',
      match: { api: 'AlterPartition', direction: 'request', from: 'broker-1' },
      verdict: 'delay',
      delay: '6s',
      count: 100,
      at: '5800ms',
      for: '1500ms',
    },
    { kind: 'wipe', node: 'broker-2', at: '7500ms', restartAfter: '500ms' },
    { kind: 'cut', from: ['broker-1'], to: ['broker-2'], at: '7600ms', for: '8s' },
    { kind: 'crash', node: 'broker-1', at: '14s', restartAfter: '6s' },
  ],
  healAfter: '22s',
  runFor: '42s',
};
