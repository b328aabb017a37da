import { type ScenarioInput } from '../scenario.ts';
import { orders } from './situation.ts';

const reader = {
  'group.id': 'billing',
  'auto.offset.reset': 'earliest',
  'enable.auto.commit': false,
  'isolation.level': 'read_committed',
  'session.timeout.ms': 6_000,
} as const;

/**
 * KAFKA-5247. The only member of a group stages offsets in a transaction, stands still, and is removed. A
 * consumer that assigns itself the partition is told from where to read, so that it need not wait for
 * the transaction; it reads all there is, and commits. Then the member goes on, and commits its transaction.
 */
export const committedBesideATransaction: ScenarioInput = {
  name: 'committed-beside-a-transaction',
  question:
    'Does the end of a transaction take back what was committed since its offsets were written?',
  cluster: { brokers: 3, topics: [orders, { ...orders, name: 'invoices' }] },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 40, every: '50ms' }],
    },
    {
      kind: 'consumer',
      name: 'biller',
      config: { ...reader, 'max.poll.records': 10 },
      model: 'exactly-once',
      processing: '20ms',
      output: {
        config: { 'transactional.id': 'biller', 'transaction.timeout.ms': 60_000 },
        topics: ['invoices'],
      },
      workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
    },
    {
      kind: 'consumer',
      name: 'clerk',
      config: reader,
      model: 'at-least-once',
      workload: [
        { op: 'assign', at: '16s', partitions: ['orders-0'] },
        { op: 'seek', at: '16s', partition: 'orders-0', to: 'beginning' },
        { op: 'close', at: '20s' },
      ],
    },
  ],
  faults: [
    {
      kind: 'pause',
      node: 'biller',
      on: { fact: 'transactionOffsetsEnded', node: 'biller', nth: 1 },
      for: '24s',
    },
  ],
  healAfter: '32s',
  runFor: '60s',
};
