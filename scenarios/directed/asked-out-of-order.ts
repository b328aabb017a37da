import { type ScenarioInput } from '../scenario.ts';
import { orders } from './situation.ts';

/**
 * KAFKA-14920. Of two batches in flight to a partition that is new to its producer, the coordinator is
 * asked about the second alone: the first question is lost with its connection.
 */
export const askedOutOfOrder: ScenarioInput = {
  name: 'asked-out-of-order',
  question: 'Is a later batch appended first while the first is still being verified?',
  cluster: {
    brokers: 3,
    features: { 'transaction.version': 1 },
    topics: [orders],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout', 'batch.size': 1, 'delivery.timeout.ms': 40_000 },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '3s', topic: 'orders', partition: 0, count: 5, every: '1ms' },
        { op: 'commit', at: '4s' },
      ],
    },
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'AddPartitionsToTxn', direction: 'request', from: 'leader of orders-0' },
      verdict: 'reset',
      at: '2500ms',
      for: '2s',
    },
  ],
  healAfter: '8s',
  runFor: '80s',
};
