import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type BatchLog } from './batch-log.ts';
import { type NewestOffsets } from './newest-offsets.ts';
import { type ReplicaTruth } from './replica-truth.ts';
import { isSameBatch } from './same-batch.ts';

/**
 * Up to where a replica holds exactly what is committed, but for what a cleaner may have taken. Both
 * logs only grow at their end, so a replica remembers how far it was compared, and every batch is
 * compared once per replica, and again when it was cleaned.
 * @param compacted Null if the topic is not compacted.
 */
export function agreedEnd(
  committed: BatchLog,
  replica: ReplicaTruth,
  compacted: NewestOffsets | null,
): Offset {
  const { log } = replica;
  for (;;) {
    const own = log.at(replica.agreedIndex);
    const truth = committed.at(replica.committedIndex);
    if (own === undefined || truth === undefined) {
      return Math.min(log.endOffset, committed.endOffset);
    }
    if (isSameBatch(own, truth) || compacted?.isRemainder(own, truth) === true) {
      replica.agreedIndex += 1;
    } else if (own.baseOffset <= truth.lastOffset || compacted?.mayAllBeGone(truth) !== true) {
      return Math.min(own.baseOffset, truth.baseOffset);
    }
    replica.committedIndex += 1;
  }
}

/** After one of the two logs was cut at its end: what is gone agrees no more. */
export function retreat(committed: BatchLog, replica: ReplicaTruth): void {
  const { log, agreedIndex, committedIndex } = replica;
  if (agreedIndex <= log.nextIndex && committedIndex <= committed.nextIndex) return;
  const endOffset = Math.min(log.endOffset, committed.endOffset);
  replica.agreedIndex = Math.min(agreedIndex, log.indexOf(endOffset));
  replica.committedIndex = Math.min(committedIndex, committed.indexOf(endOffset));
}

/** After the replica's log was cleaned from `from` on: what is left is compared again. */
export function revisit(committed: BatchLog, replica: ReplicaTruth, from: Offset): void {
  const index = replica.log.indexOf(from);
  if (replica.agreedIndex <= index) return;
  replica.agreedIndex = index;
  replica.committedIndex = committed.indexOf(from);
}

/** After the replica's log begins anew: it is compared from where it begins. */
export function realign(committed: BatchLog, replica: ReplicaTruth): void {
  const { log } = replica;
  const first = log.at(log.firstIndex);
  replica.agreedIndex = log.firstIndex;
  replica.committedIndex = committed.indexOf(first?.baseOffset ?? log.endOffset);
}
