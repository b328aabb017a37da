import { type ScenarioInput } from '../scenario.ts';
import { orders, steadyConsumer } from './situation.ts';

/**
 * KAFKA-8483, KAFKA-8484. Some records are too large for their topic. When one is refused, those in flight
 * behind it are out of order, and go again with sequences of another epoch.
 */
export const refusedAmongOthers: ScenarioInput = {
  name: 'refused-among-others',
  question: 'Do records keep their order when one before them is refused?',
  cluster: {
    brokers: 3,
    topics: [{ ...orders, config: { ...orders.config, 'max.message.bytes': 2_000 } }],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'batch.size': 1 },
      workload: [
        { op: 'send', at: '3s', topic: 'orders', partition: 0, count: 2_000, every: '500us' },
        {
          op: 'send',
          at: '3100ms',
          topic: 'orders',
          partition: 0,
          count: 10,
          every: '50ms',
          valueBytes: 4_000,
        },
      ],
    },
    steadyConsumer,
  ],
  healAfter: '6s',
  runFor: '30s',
};
