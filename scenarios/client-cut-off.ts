import { type ScenarioInput } from './scenario.ts';

/** The cluster is whole, but one producer cannot reach one broker: the one that leads. */
export const clientCutOff: ScenarioInput = {
  name: 'client-cut-off',
  question: 'What does a producer do when it cannot reach the leader, and everybody else can?',
  cluster: {
    brokers: 3,
    topics: [
      {
        name: 'orders',
        assignments: [
          [1, 2, 3],
          [2, 3, 1],
        ],
        config: { 'min.insync.replicas': 2 },
      },
    ],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'request.timeout.ms': 3_000, 'delivery.timeout.ms': 10_000 },
      workload: [
        {
          op: 'send',
          at: '1s',
          topic: 'orders',
          keys: ['alice', 'bob', 'carol', 'dave'],
          count: 800,
          every: '20ms',
        },
      ],
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
      from: ['producer-1'],
      to: ['broker-1'],
      at: { between: ['2s', '6s'] },
      for: { between: ['1s', '14s'] },
    },
  ],
  healAfter: '22s',
  runFor: '40s',
  expect: { holds: ['C2', 'C3', 'C14'], reaches: ['producer-epoch-bump'] },
};
