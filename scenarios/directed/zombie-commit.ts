import { type ScenarioInput } from '../scenario.ts';
import { billing } from './billing.ts';

/**
 * KIP-447. A member stands still when it has polled, loses its partitions, and wakes up in time to commit
 * what another member has read meanwhile, too.
 */
export const zombieCommit: ScenarioInput = {
  name: 'zombie-commit',
  question:
    'Can a member that has lost its partitions still commit their offsets in a transaction?',
  ...billing,
  faults: [
    {
      kind: 'pause',
      node: 'biller-1',
      on: { fact: 'recordsPolled', node: 'biller-1', after: '6s' },
      for: '12s',
    },
  ],
};
