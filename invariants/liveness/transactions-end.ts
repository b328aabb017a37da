import { alwaysPromised } from '../configuration-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type TransactionTruth } from '../ground-truth/transaction-truth.ts';
import { fromMilliseconds, type Instant, type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';
import { isWritable } from './settled.ts';

/** L7: who is open has its timeout, and what is decided has the time that everything has. */
export const transactionsEnd: Invariant = {
  id: 'L7',
  name: 'transactions-end',
  promise:
    'Once all faults are over, every transaction is ended, at the latest after its timeout, and consumers that read committed see up to the high watermark.',
  kind: 'liveness',
  source: 'TransactionCoordinator.abortTimedOutTransactions, TransactionMarkerChannelManager',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      runEnded: (fact, { at }) => {
        if (truth.healedAt < 0) return;
        for (const partition of truth.partitions.values()) {
          if (!partition.hasTransactions || !mayEnd(truth, partition)) continue;
          report.exercised();
          const leader = partition.leader();
          const unstable = leader?.transactions.firstUnstable(leader.highWatermark) ?? null;
          if (leader === undefined || unstable === null) continue;
          const transaction = openFrom(truth, partition);
          if (transaction === undefined || at <= latestEnd(truth, transaction)) continue;
          report.broken({
            message: `transaction ${transaction.uid} stays ${stateOf(transaction)}, and holds ${partition.name} at ${unstable}`,
            standing: promised,
            evidence: {
              facts: [fact],
              partition: partition.name,
              offsets: [unstable],
              brokers: [leader.broker],
            },
          });
        }
        for (const transaction of truth.transactions.all()) {
          const home = incompleteIn(truth, transaction);
          if (home === null || at <= latestEnd(truth, transaction)) continue;
          const { uid, transactionalId } = transaction;
          report.broken({
            message: `transaction ${uid} stays ${stateOf(transaction)}, and keeps ${transactionalId} from its next`,
            standing: promised,
            evidence: { facts: [fact], partition: home.name },
          });
        }
      },
    };
  },
};

/** Markers can be written there, and coordinators can decide; if not, L1 has something to say. */
function mayEnd({ partitions }: GroundTruth, partition: PartitionTruth): boolean {
  if (!isWritable(partition)) return false;
  for (const other of partitions.values()) {
    if (other.coordinates === 'transactions' && !isWritable(other)) return false;
  }
  return true;
}

/**
 * Where a decided transaction has yet to be completed; null if it need not: its coordinator and the leaders
 * of all its partitions that were not deleted have to be able to write.
 */
function incompleteIn(
  truth: GroundTruth,
  { home, outcome, isComplete, registered }: TransactionTruth,
): PartitionTruth | null {
  if (home === null || outcome === null || isComplete || !isWritable(home)) return null;
  for (const name of registered) {
    const partition = truth.partition(name);
    if (partition !== undefined && !isWritable(partition)) return null;
  }
  return home;
}

/** The transaction whose end the partition has waited for longest; undefined if it waits for none. */
function openFrom(truth: GroundTruth, partition: PartitionTruth): TransactionTruth | undefined {
  let first: TransactionTruth | undefined;
  for (const { txnUid } of partition.leader()?.transactions.open() ?? []) {
    const transaction = truth.transactions.find(txnUid);
    if (transaction === undefined) continue;
    if (first === undefined || latestEnd(truth, transaction) < latestEnd(truth, first)) {
      first = transaction;
    }
  }
  return first;
}

function latestEnd(
  { healedAt, configuration: { given } }: GroundTruth,
  { outcome, decidedAt, begunAt, timeoutMs }: TransactionTruth,
): Instant {
  const settleWithin = fromMilliseconds(given.settleWithinMs);
  if (outcome !== null) return Math.max(healedAt, decidedAt) + settleWithin;
  // The coordinator's clock runs from the first partition on, which may come as late as the timeout.
  const timedOutAt = begunAt + fromMilliseconds(2 * timeoutMs + given.transactionAbortIntervalMs);
  return Math.max(healedAt, timedOutAt) + settleWithin;
}

function stateOf({ outcome }: TransactionTruth): string {
  return outcome === null ? 'open' : `undone, though ${outcome} is decided`;
}
