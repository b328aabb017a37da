import { type ScenarioInput } from './scenario.ts';

const config = { 'group.id': 'shop', 'auto.offset.reset': 'earliest' };

/** Two consumers share four partitions; two more join, and then two for which nothing is left. */
export const groupScaling: ScenarioInput = {
  name: 'group-scaling',
  question: 'Who reads what when 2, 4 and then 6 consumers share 4 partitions?',
  cluster: {
    brokers: 3,
    topics: [{ name: 'orders', partitions: 4, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 3_000, every: '10ms' }],
    },
    {
      kind: 'consumer',
      count: 2,
      config,
      workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
    },
    {
      kind: 'consumer',
      count: 2,
      config,
      workload: [{ op: 'subscribe', at: '12s', topics: ['orders'] }],
    },
    {
      kind: 'consumer',
      count: 2,
      config,
      workload: [{ op: 'subscribe', at: '22s', topics: ['orders'] }],
    },
  ],
  healAfter: '32s',
  runFor: '40s',
  expect: { holds: ['C11', 'C13', 'G1', 'G2'], reaches: ['rebalance'] },
};
