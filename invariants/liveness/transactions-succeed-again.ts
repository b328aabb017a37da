import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { type Instant, type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';
import { hasSettled } from './settled.ts';

interface Attempts {
  readonly first: FactOf<'transactionEndAttempted'>;
  readonly firstAt: Instant;
  count: number;
  committed: number;
}

/** One or two may fail by what the faults have left behind. */
const enough = 3;

/** L9: a producer that is refused whatever it does, or one after the other. */
export const transactionsSucceedAgain: Invariant = {
  id: 'L9',
  name: 'transactions-succeed-again',
  promise: 'Once all faults are over, an application that goes on with transactions commits some.',
  kind: 'liveness',
  source: 'KIP-588, KIP-890, KAFKA-20090',
  promised: alwaysPromised,

  start(truth, report) {
    const attempts = new Map<string, Attempts>();

    return {
      transactionEndAttempted: (fact, { node, at }) => {
        if (truth.healedAt < 0 || !fact.isCommit) return;
        const mine = attempts.get(node) ?? { first: fact, firstAt: at, count: 0, committed: 0 };
        attempts.set(node, mine);
        mine.count += 1;
      },
      transactionEndReturned: ({ isCommit, error }, { node }) => {
        const mine = attempts.get(node);
        if (mine !== undefined && isCommit && error === null) mine.committed += 1;
      },
      runEnded: (fact) => {
        for (const [node, { first, firstAt, count, committed }] of attempts) {
          if (!truth.running.has(node) || count < enough || !hasSettled(truth, firstAt)) continue;
          report.exercised();
          if (committed > 0) continue;
          report.broken({
            message: `${node} has tried ${count} times to commit a transaction since all faults are over, and did not succeed`,
            standing: promised,
            evidence: { facts: [first, fact] },
          });
        }
      },
    };
  },
};
