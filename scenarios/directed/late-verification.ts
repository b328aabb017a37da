import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted } from './situation.ts';

/**
 * The ABA of KIP-890. A leader asks the coordinator whether a batch belongs to its transaction; when the
 * answer comes, the transaction is aborted, and its marker is written.
 */
export const lateVerification: ScenarioInput = {
  name: 'late-verification',
  question: 'Does a leader append what was verified for a transaction that is over?',
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
      match: {
        api: 'AddPartitionsToTxn',
        direction: 'response',
        from: 'transaction coordinator of checkout',
        to: 'broker-1',
      },
      verdict: 'delay',
      delay: '6s',
      at: '2200ms',
      for: '2s',
    },
  ],
  healAfter: '12s',
  runFor: '30s',
};
