import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted, takesBackWhatItGaveUp } from './situation.ts';

/**
 * KAFKA-14402. A batch stays in the network until its producer has given up, aborted, and been told that
 * the transaction is over. Under `transaction.version=1` it still has the epoch of its producer.
 */
export const lateProduce: ScenarioInput = {
  name: 'late-produce',
  question: 'Does a record that arrives after its transaction was aborted open another one?',
  cluster: { brokers: 3, features: { 'transaction.version': 1 }, topics: [orders] },
  clients: [takesBackWhatItGaveUp, readCommitted],
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
