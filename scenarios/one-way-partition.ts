import { type ScenarioInput } from './scenario.ts';

/**
 * The leader hears everybody, and nobody in the cluster hears the leader: it goes on as a leader that
 * the others have replaced.
 */
export const oneWayPartition: ScenarioInput = {
  name: 'one-way-partition',
  question: 'What can a leader do that still receives, but can no longer send to the others?',
  cluster: {
    brokers: 3,
    topics: [
      {
        name: 'orders',
        assignments: [[1, 2, 3]],
        config: { 'min.insync.replicas': 2 },
      },
    ],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'request.timeout.ms': 5_000 },
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 1_000, every: '20ms' }],
    },
    {
      kind: 'consumer',
      config: { 'auto.offset.reset': 'earliest' },
      workload: [{ op: 'assign', at: '500ms', partitions: ['orders'] }],
    },
  ],
  faults: [
    {
      kind: 'cut',
      from: ['broker-1'],
      to: ['broker-2', 'broker-3', 'controller-1'],
      oneWay: true,
      at: { between: ['2s', '6s'] },
      for: { between: ['8s', '16s'] },
    },
  ],
  healAfter: '25s',
  runFor: '45s',
  expect: {
    holds: ['C2', 'C3', 'C14'],
    reaches: ['election', 'deposed-leader-appends', 'ack-refused-after-append', 'truncation'],
  },
};
