import { type ScenarioInput } from '../scenario.ts';
import { orders, steadyConsumer } from './situation.ts';

/**
 * The clock of a producer is a week behind. The answer to its first batch is lost; the brokers look for
 * producers to forget, by the timestamps of their records, before it sends the batch again.
 */
export const clockOfLastWeek: ScenarioInput = {
  name: 'clock-of-last-week',
  question: 'Is a retry recognised of a producer whose clock is behind?',
  cluster: {
    brokers: 3,
    config: { 'producer.id.expiration.check.interval.ms': 1_000 },
    topics: [orders],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'request.timeout.ms': 2_000 },
      workload: [
        { op: 'send', at: '2s', topic: 'orders', partition: 0, count: 10, every: '500ms' },
      ],
    },
    steadyConsumer,
  ],
  faults: [
    { kind: 'clockJump', node: 'producer-1', by: '-168h', at: '500ms' },
    {
      kind: 'frames',
      match: { api: 'Produce', direction: 'response', to: 'producer-1' },
      verdict: 'drop',
      at: '1s',
      for: '3s',
    },
  ],
  healAfter: '10s',
  runFor: '20s',
};
