import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type BatchLog } from './batch-log.ts';
import { type ReplicaTruth } from './replica-truth.ts';
import { isSameBatch } from './same-batch.ts';

/**
 * Up to where a replica holds exactly what is committed. Both logs only grow at their end, so a
 * replica remembers how far it was compared, and every batch is compared once per replica.
 */
export function agreedEnd(committed: BatchLog, replica: ReplicaTruth): Offset {
  const { log } = replica;
  for (;;) {
    const own = log.at(replica.agreedIndex);
    const truth = committed.at(replica.committedIndex);
    if (own === undefined || truth === undefined) {
      return Math.min(log.endOffset, committed.endOffset);
    }
    if (!isSameBatch(own, truth)) return Math.min(own.baseOffset, truth.baseOffset);
    replica.agreedIndex += 1;
    replica.committedIndex += 1;
  }
}

/** After one of the two logs was cut at its end: what is gone agrees no more. */
export function retreat(committed: BatchLog, replica: ReplicaTruth): void {
  const excess = Math.max(
    replica.agreedIndex - replica.log.nextIndex,
    replica.committedIndex - committed.nextIndex,
  );
  if (excess <= 0) return;
  replica.agreedIndex -= excess;
  replica.committedIndex -= excess;
}

/** After the replica's log begins anew: it is compared from where it begins. */
export function realign(committed: BatchLog, replica: ReplicaTruth): void {
  const { log } = replica;
  const first = log.at(log.firstIndex);
  replica.agreedIndex = log.firstIndex;
  replica.committedIndex = committed.indexOf(first?.baseOffset ?? log.endOffset);
}
