import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders, readCommitted, takesBackWhatItGaveUp } from './situation.ts';

/**
 * KAFKA-20357. With `transaction.version=1` a producer asks for the next epoch after an abort. It is
 * raised, the answer is lost, and another coordinator hears the question again.
 */
export const nextEpochUnanswered: ScenarioInput = {
  name: 'next-epoch-unanswered',
  question: 'Is a producer fenced by its own question for the next epoch?',
  cluster: {
    brokers: 3,
    config: impatient,
    features: { 'transaction.version': 1 },
    topics: [orders],
  },
  clients: [takesBackWhatItGaveUp, readCommitted],
  faults: [
    {
      kind: 'frames',
      match: { api: 'Produce', direction: 'request', from: 'producer-1' },
      verdict: 'drop',
      count: 10,
      at: '2s',
      for: '2s',
    },
    {
      kind: 'frames',
      match: { api: 'InitProducerId', direction: 'response', to: 'producer-1' },
      verdict: 'drop',
      // The first says to try again, since the abort is not complete.
      count: 2,
      at: '3s',
      for: '4s',
    },
    { kind: 'crash', node: 'transaction coordinator of checkout', at: '5600ms' },
  ],
  healAfter: '12s',
  runFor: '30s',
};
