import { type ScenarioInput } from '../scenario.ts';
import { impatient } from './situation.ts';

/**
 * A reassignment takes the second replica of a partition away, whose ISR is then smaller than
 * `min.insync.replicas`, so that the removed broker becomes eligible; the first partition keeps both
 * replicas, and with them the minimum. Another reassignment brings the broker back, empty and still
 * eligible, and the leader crashes before it has read anything.
 */
export const removedWhileEligible: ScenarioInput = {
  name: 'removed-while-eligible',
  question: 'Can a replica lead that was taken away and has come back with nothing?',
  cluster: {
    brokers: 2,
    config: impatient,
    topics: [
      {
        name: 'orders',
        assignments: [
          [1, 2],
          [1, 2],
        ],
        config: { 'min.insync.replicas': 2 },
      },
    ],
  },
  clients: [
    {
      kind: 'producer',
      workload: [
        { op: 'send', at: '1s', topic: 'orders', partition: 1, count: 100, every: '20ms' },
      ],
    },
    {
      kind: 'admin',
      workload: [
        { op: 'reassign', at: '4s', partition: 'orders-1', replicas: [1] },
        { op: 'reassign', at: '6s', partition: 'orders-1', replicas: [1, 2] },
      ],
    },
  ],
  faults: [
    { kind: 'cut', from: ['broker-1'], to: ['broker-2'], at: '5900ms', for: '8s' },
    { kind: 'crash', node: 'broker-1', at: '6500ms', restartAfter: '8s' },
  ],
  healAfter: '16s',
  runFor: '40s',
};
