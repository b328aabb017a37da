import { type ScenarioInput } from './scenario.ts';

/**
 * What one follower asks for takes longer than `replica.lag.time.max.ms` to arrive: the leader takes
 * it out of the ISR, and back in when it has caught up.
 */
export const slowFollower: ScenarioInput = {
  name: 'slow-follower',
  question: 'What becomes of acks=all when a follower falls behind and leaves the ISR?',
  cluster: {
    brokers: 3,
    config: { 'replica.lag.time.max.ms': 4_000 },
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
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 800, every: '20ms' }],
    },
    {
      kind: 'consumer',
      config: { 'auto.offset.reset': 'earliest' },
      workload: [{ op: 'assign', at: '500ms', partitions: ['orders'] }],
    },
  ],
  faults: [
    {
      kind: 'slowLink',
      from: ['broker-3'],
      to: ['broker-1'],
      latency: { kind: 'uniform', min: '5s', max: '8s' },
      at: { between: ['2s', '5s'] },
      for: { between: ['6s', '12s'] },
    },
  ],
  healAfter: '20s',
  runFor: '30s',
  expect: { holds: ['C3'], reaches: ['isr-shrink', 'isr-expand'] },
};
