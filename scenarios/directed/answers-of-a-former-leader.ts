import { type ScenarioInput } from '../scenario.ts';
import { orders, steadyConsumer } from './situation.ts';

/**
 * Batches are in flight to a leader that can no longer be heard: it has taken the first of them, and not
 * the last, since it leads no more. The next batch goes to its successor, which misses those.
 */
export const answersOfAFormerLeader: ScenarioInput = {
  name: 'answers-of-a-former-leader',
  question: 'Is a batch sent twice under two epochs because a later one is out of order?',
  cluster: { brokers: 3, topics: [orders] },
  clients: [
    {
      kind: 'producer',
      config: { 'request.timeout.ms': 3_000, 'metadata.max.age.ms': 500, 'batch.size': 1 },
      workload: [
        { op: 'send', at: '2s', topic: 'orders', partition: 0, count: 300, every: '20ms' },
      ],
    },
    steadyConsumer,
    {
      kind: 'admin',
      workload: [
        { op: 'reassign', at: '3s', partition: 'orders-0', replicas: [2, 3, 1] },
        { op: 'electLeaders', at: '5s', partition: 'orders-0', election: 'preferred' },
      ],
    },
  ],
  faults: [
    { kind: 'cut', from: ['broker-1'], to: ['producer-1'], oneWay: true, at: '4960ms', for: '4s' },
  ],
  healAfter: '12s',
  runFor: '40s',
};
