import { type ScenarioInput } from '../scenario.ts';
import { ofBiller } from './billing.ts';
import { orders } from './situation.ts';

/**
 * KAFKA-17507. The only member of a group commits one transaction after the other: the offsets of one are
 * staged soon after the marker of the last is answered. When they are, the member is killed, and the
 * transaction is aborted.
 */
export const markerAnsweredEarly: ScenarioInput = {
  name: 'marker-answered-early',
  question: 'Does the end of one transaction commit the offsets of the next?',
  cluster: { brokers: 3, topics: [orders, { ...orders, name: 'invoices' }] },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 400, every: '5ms' }],
    },
    {
      kind: 'consumer',
      name: 'biller',
      config: ofBiller,
      model: 'exactly-once',
      processing: '15ms',
      output: {
        config: { 'transactional.id': 'biller', 'transaction.timeout.ms': 5_000 },
        topics: ['invoices'],
      },
      workload: [{ op: 'subscribe', at: '3s', topics: ['orders'] }],
    },
  ],
  faults: [
    {
      kind: 'crash',
      node: 'biller',
      on: { fact: 'transactionOffsetsEnded', node: 'biller', nth: 5 },
      restartAfter: '1s',
    },
  ],
  healAfter: '20s',
  runFor: '50s',
};
