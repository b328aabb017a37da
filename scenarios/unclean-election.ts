import { type ScenarioInput } from './scenario.ts';

/** The ISR has shrunk to the leader, which dies; a replica that lacks records may take over. */
export const uncleanElection: ScenarioInput = {
  name: 'unclean-election',
  question: 'What is lost when a replica outside the ISR may become leader?',
  cluster: {
    brokers: 3,
    config: { 'replica.lag.time.max.ms': 3_000 },
    topics: [
      {
        name: 'orders',
        assignments: [[1, 2, 3]],
        config: { 'min.insync.replicas': 1, 'unclean.leader.election.enable': true },
      },
    ],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 900, every: '20ms' }],
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
      to: ['broker-2', 'broker-3'],
      at: { between: ['2s', '3s'] },
      for: '25s',
    },
    { kind: 'crash', node: 'broker-1', at: { between: ['10s', '12s'] } },
  ],
  healAfter: '30s',
  runFor: '45s',
  expect: {
    breaks: ['C3'],
    reaches: [
      'isr-of-one',
      'unclean-election',
      'loss-of-committed',
      'truncation',
      'consumer-moved-by-force',
    ],
  },
};
