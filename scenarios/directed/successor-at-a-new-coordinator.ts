import { type ScenarioInput } from '../scenario.ts';
import { groupMember, impatient, orders } from './situation.ts';

const config = { 'group.instance.id': '{name}' };

/** KAFKA-8715, KAFKA-10284. A static member is back within its session; then its coordinator crashes. */
export const successorAtANewCoordinator: ScenarioInput = {
  name: 'successor-at-a-new-coordinator',
  question: 'Does a new coordinator know which process has an instance id now?',
  cluster: { brokers: 3, config: impatient, topics: [orders] },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 1_000, every: '20ms' }],
    },
    groupMember({ config }),
    groupMember({ config }),
  ],
  faults: [
    { kind: 'stop', node: 'consumer-1', at: '8s', restartAfter: '2s' },
    { kind: 'crash', node: 'group coordinator of shop', at: '13s', restartAfter: '6s' },
  ],
  healAfter: '22s',
  runFor: '40s',
};
