import { type ScenarioInput } from './scenario.ts';

/**
 * With the default `min.insync.replicas` of 1 the last member of the ISR acknowledges alone, from its
 * page cache; then its power fails.
 */
export const lastIsrPowerLoss: ScenarioInput = {
  name: 'last-isr-power-loss',
  question:
    'Does acks=all with the default min.insync.replicas survive a power loss of the leader?',
  cluster: {
    brokers: 3,
    config: { 'replica.lag.time.max.ms': 3_000 },
    topics: [{ name: 'orders', assignments: [[1, 2, 3]] }],
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
      for: '10s',
    },
    {
      kind: 'powerLoss',
      node: 'broker-1',
      at: { between: ['10s', '11s'] },
      restartAfter: { between: ['1s', '5s'] },
    },
  ],
  healAfter: '30s',
  runFor: '80s',
  expect: {
    breaks: ['C3'],
    reaches: [
      'isr-of-one',
      'lossy-crash-of-last-in-sync',
      'loss-of-committed',
      'consumer-moved-by-force',
    ],
  },
};
