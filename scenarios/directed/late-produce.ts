import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted } from './situation.ts';

/**
 * KAFKA-14402. A batch stays in the network until its producer has given up, aborted, and been told that
 * the transaction is over. Under `transaction.version=1` it still has the epoch of its producer.
 */
export const lateProduce: ScenarioInput = {
  name: 'late-produce',
  question: 'Does a record that arrives after its transaction was aborted open another one?',
  cluster: { brokers: 3, features: { 'transaction.version': 1 }, topics: [orders] },
  clients: [
    {
      kind: 'producer',
      config: {
        'transactional.id': 'checkout',
        'request.timeout.ms': 1_000,
        'delivery.timeout.ms': 1_500,
      },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '2100ms', topic: 'orders', partition: 0, count: 1, every: '1ms' },
        { op: 'abort', at: '4s' },
      ],
    },
    readCommitted,
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'Produce', direction: 'request', from: 'producer-1' },
      verdict: 'delay',
      delay: '6s',
      at: '2s',
      for: '2s',
    },
  ],
  healAfter: '12s',
  runFor: '30s',
};
