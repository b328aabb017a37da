import { type ScenarioInput } from './scenario.ts';

/** Nothing breaks: what everything else is compared with. */
export const healthy: ScenarioInput = {
  name: 'healthy',
  question: 'With nothing broken, does every record arrive once, in order, and stay?',
  cluster: {
    brokers: 3,
    topics: [
      {
        name: 'orders',
        partitions: 3,
        replicationFactor: 3,
        config: { 'min.insync.replicas': 2 },
      },
    ],
  },
  clients: [
    {
      kind: 'producer',
      count: 2,
      workload: [
        {
          op: 'send',
          at: '1s',
          topic: 'orders',
          keys: ['alice', 'bob', 'carol', 'dave'],
          count: 300,
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
  healAfter: '8s',
  runFor: '12s',
  expect: { holds: ['C1', 'C2', 'C3', 'C7', 'C14'] },
};
