import { type ScenarioInput } from '../scenario.ts';
import { ofBiller } from './billing.ts';
import { orders } from './situation.ts';

/**
 * KAFKA-19163. The only member of a group stages offsets in a transaction and stands still for longer than
 * offsets are kept; then it commits.
 */
export const expiredWhilePending: ScenarioInput = {
  name: 'expired-while-pending',
  question: 'Does a group keep its offsets while a transaction is about to change them?',
  cluster: {
    brokers: 3,
    config: { 'offsets.retention.minutes': 1, 'offsets.retention.check.interval.ms': 5_000 },
    topics: [orders, { ...orders, name: 'invoices' }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 40, every: '50ms' }],
    },
    {
      kind: 'consumer',
      name: 'biller',
      config: ofBiller,
      model: 'exactly-once',
      processing: '20ms',
      output: {
        config: { 'transactional.id': 'biller', 'transaction.timeout.ms': 300_000 },
        topics: ['invoices'],
      },
      workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
    },
  ],
  faults: [
    {
      kind: 'pause',
      node: 'biller',
      on: { fact: 'transactionOffsetsEnded', node: 'biller', nth: 1 },
      for: '80s',
    },
  ],
  healAfter: '90s',
  runFor: '115s',
};
