import { type ScenarioInput } from '../scenario.ts';
import { orders, steadyConsumer } from './situation.ts';

/** A batch passes `max.message.bytes` and is refused by the log, since no segment can hold it. */
export const batchLargerThanASegment: ScenarioInput = {
  name: 'batch-larger-than-a-segment',
  question: 'Does a broker remember a batch that it has refused?',
  cluster: {
    brokers: 3,
    topics: [
      {
        ...orders,
        config: { ...orders.config, 'segment.bytes': 1_048_576, 'max.message.bytes': 3_000_000 },
      },
    ],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'max.request.size': 3_000_000 },
      workload: [
        { op: 'send', at: '500ms', topic: 'orders', count: 40, every: '20ms' },
        {
          op: 'send',
          at: '1500ms',
          topic: 'orders',
          count: 1,
          every: '20ms',
          valueBytes: 1_500_000,
        },
      ],
    },
    steadyConsumer,
  ],
  healAfter: '5s',
  runFor: '20s',
};
