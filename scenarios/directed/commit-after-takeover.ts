import { type ScenarioInput } from '../scenario.ts';
import { billing } from './billing.ts';

/**
 * KIP-447. A member stands still between the offsets of its transaction and the end of it. Another takes
 * over its partitions, and then the transaction is committed after all.
 */
export const commitAfterTakeover: ScenarioInput = {
  name: 'commit-after-takeover',
  question: 'Where does a member begin whose predecessor has a transaction open?',
  ...billing,
  faults: [
    {
      kind: 'pause',
      node: 'biller-1',
      on: { fact: 'transactionOffsetsEnded', node: 'biller-1', after: '6s' },
      for: '12s',
    },
  ],
};
