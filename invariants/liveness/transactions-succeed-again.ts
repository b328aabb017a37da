import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { fromMilliseconds, type Instant, type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';
import { hasSettled, isWritable } from './settled.ts';

interface Attempts {
  readonly first: FactOf<'transactionEndAttempted'>;
  readonly firstAt: Instant;
  count: number;
  committed: number;
}

/** One or two may fail by what the faults have left behind. */
const enough = 3;

/** Refused by its coordinators, one time after the other. */
interface Refusals {
  readonly first: FactOf<'initProducerIdAnswered'>;
  readonly firstAt: Instant;
  last: FactOf<'initProducerIdAnswered'>;
  lastAt: Instant;
}

/** L9: a producer that is refused whatever it does, or one after the other; or that gets no producer id. */
export const transactionsSucceedAgain: Invariant = {
  id: 'L9',
  name: 'transactions-succeed-again',
  promise:
    'Once all faults are over, an application that goes on with transactions gets its producer id, and commits some.',
  kind: 'liveness',
  source: 'KIP-588, KIP-890, KAFKA-14880, KAFKA-20090',
  promised: alwaysPromised,

  start(truth, report) {
    const attempts = new Map<string, Attempts>();
    /** By transactional id. */
    const refused = new Map<string, Refusals>();

    function judgeRefusals(): void {
      if (!areAllWritable(truth)) return;
      for (const [transactionalId, { first, firstAt, last, lastAt }] of refused) {
        if (lastAt - firstAt < fromMilliseconds(truth.configuration.given.settleWithinMs)) continue;
        report.exercised();
        report.broken({
          message: `${transactionalId} has been refused a producer id all the time, at last for ${last.error}`,
          standing: promised,
          evidence: { facts: [first, last], brokers: [last.broker] },
        });
      }
    }

    return {
      initProducerIdAnswered: (fact, { at }) => {
        const { transactionalId, error } = fact;
        const known = refused.get(transactionalId);
        if (error === 'NONE') {
          if (refused.delete(transactionalId)) report.exercised();
        } else if (known !== undefined) {
          known.last = fact;
          known.lastAt = at;
        } else if (truth.healedAt >= 0) {
          refused.set(transactionalId, { first: fact, firstAt: at, last: fact, lastAt: at });
        }
      },
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
        judgeRefusals();
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

/** If not, what is open may have to wait for its end, and L1 has something to say. */
function areAllWritable({ partitions }: GroundTruth): boolean {
  for (const partition of partitions.values()) if (!isWritable(partition)) return false;
  return true;
}
