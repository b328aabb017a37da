import { type ScenarioInput } from '../scenario.ts';

/**
 * The leader of the output cannot be reached for so long that the first batch has hardly any of its
 * `delivery.timeout.ms` left when it is sent, and its request is lost. What the application sends next
 * comes with the sequence behind that batch.
 */
export const lostInItsFirstFlight: ScenarioInput = {
  name: 'lost-in-its-first-flight',
  question: 'Does a producer go on when a batch has expired in its first flight?',
  cluster: {
    brokers: 3,
    topics: [
      { name: 'orders', assignments: [[2, 3, 1]] },
      { name: 'invoices', assignments: [[1]] },
    ],
  },
  clients: [
    {
      kind: 'producer',
      workload: [
        { op: 'send', at: '1s', topic: 'orders', count: 10, every: '100ms' },
        { op: 'send', at: '15s', topic: 'orders', count: 10, every: '100ms' },
      ],
    },
    {
      kind: 'consumer',
      config: { 'auto.offset.reset': 'earliest', 'enable.auto.commit': false },
      output: {
        config: { 'delivery.timeout.ms': 150_000 },
        topics: ['invoices'],
      },
      workload: [{ op: 'assign', at: '500ms', partitions: ['orders'] }],
    },
  ],
  faults: [
    { kind: 'crash', node: 'broker-1', at: '10s', restartAfter: '135s' },
    {
      kind: 'frames',
      match: { api: 'Produce', direction: 'request', from: 'consumer-1', to: 'broker-1' },
      verdict: 'drop',
      at: '140s',
      for: '24s',
    },
  ],
  healAfter: '164s',
  runFor: '280s',
};
