import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted, takesBackWhatItGaveUp } from './situation.ts';

/**
 * The ABA of KIP-890. A leader asks the coordinator whether a batch belongs to its transaction; when the
 * answer comes, the transaction is aborted, and its marker is written.
 */
export const lateVerification: ScenarioInput = {
  name: 'late-verification',
  question: 'Does a leader append what was verified for a transaction that is over?',
  cluster: { brokers: 3, features: { 'transaction.version': 1 }, topics: [orders] },
  clients: [takesBackWhatItGaveUp, readCommitted],
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
