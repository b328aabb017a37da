import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted } from './situation.ts';

/**
 * A batch is written, its answer is lost, and its time is over while its transaction is being committed.
 * The producer takes its sequences back, and only another epoch tells the next batch from it.
 */
export const sequencesUsedAgain: ScenarioInput = {
  name: 'sequences-used-again',
  question: 'Is a new batch taken for one that was aborted?',
  cluster: { brokers: 3, topics: [orders] },
  clients: [
    {
      kind: 'producer',
      config: {
        'transactional.id': 'checkout',
        'request.timeout.ms': 500,
        'delivery.timeout.ms': 700,
      },
      workload: [
        {
          op: 'transact',
          at: '2s',
          topics: ['orders'],
          records: 4,
          count: 3,
          every: '1s',
        },
      ],
    },
    readCommitted,
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'Produce', direction: 'response', to: 'producer-1' },
      verdict: 'drop',
      at: '2s',
      for: '2s',
    },
  ],
  healAfter: '10s',
  runFor: '30s',
};
