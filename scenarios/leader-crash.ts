import { type ScenarioInput } from './scenario.ts';

/**
 * The leader is killed while it takes records, and comes back with its log. Until its session has
 * expired (9 s) it stays leader in name, so that the records of that time wait.
 */
export const leaderCrash: ScenarioInput = {
  name: 'leader-crash',
  question: 'Does every acknowledged record survive the crash of its leader?',
  cluster: {
    brokers: 3,
    topics: [
      {
        name: 'orders',
        partitions: 1,
        replicationFactor: 3,
        config: { 'min.insync.replicas': 2 },
      },
    ],
  },
  // As between data centres: now and then a record is acknowledged by the leader alone before the
  // next fetches of its followers have reached it.
  network: { latency: { kind: 'uniform', min: '500us', max: '5ms' } },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 3_500, every: '2ms' }],
    },
    {
      kind: 'consumer',
      config: { 'auto.offset.reset': 'earliest' },
      workload: [{ op: 'assign', at: '500ms', partitions: ['orders'] }],
    },
  ],
  faults: [
    {
      kind: 'crash',
      node: 'leader of orders-0',
      at: { between: ['2s', '8s'] },
      restartAfter: { between: ['500ms', '15s'] },
    },
  ],
  healAfter: '25s',
  runFor: '40s',
  expect: { holds: ['C3'], reaches: ['election', 'ack-lost', 'retry-at-new-leader'] },
};
