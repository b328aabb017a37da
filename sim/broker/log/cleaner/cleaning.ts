import { type Offset, type RecordBatch } from '../../../protocol/record-batch.ts';
import { type LogSegment } from '../log-segment.ts';
import { type PartitionLog } from '../partition-log.ts';
import { BatchFilter } from './batch-filter.ts';
import { type CleanableRange } from './cleanable-range.ts';
import { latestOffsets } from './latest-offsets.ts';
import { groupSegments } from './segment-groups.ts';
import { TransactionRemains } from './transaction-remains.ts';

/** One segment that has taken the place of its group. */
export interface CleanedGroup {
  readonly log: PartitionLog;
  /** Where its first segment began, and where the next group does. */
  readonly from: Offset;
  readonly to: Offset;
  /** What is left. */
  readonly batches: readonly RecordBatch[];
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/**
 * Compacts one log: of each key in the dirty part only the last record stays, also in the clean part
 * (`Cleaner.doClean`). It goes from one group of small segments to the next, each of which becomes
 * one segment.
 *
 * A group is replaced at once and durably, so a crash leaves it as it was or clean: in Kafka a file
 * `.cleaned` is dropped when the log is loaded, and a swap is completed as soon as there is a `.swap`.
 */
export class Cleaning {
  readonly log: PartitionLog;
  /** Up to here the log is clean in the end; exclusive. */
  readonly endOffset: Offset;
  /** Of what was read to know the last record of each key. */
  readonly dirtyBytes: number;
  readonly #firstUncleanableOffset: Offset;
  readonly #groups: readonly (readonly LogSegment[])[];
  readonly #transactions = new TransactionRemains();
  readonly #filter: BatchFilter;
  #next = 0;

  /** @param maxKeys How many keys there is room for; the rest is left for the next time. */
  constructor(range: CleanableRange, nowMs: number, maxKeys: number) {
    const { log, firstUncleanableOffset, cleanableBytes } = range;
    const latest = latestOffsets(range, maxKeys);
    this.log = log;
    this.endOffset = latest.upTo + 1;
    this.dirtyBytes = cleanableBytes;
    this.#firstUncleanableOffset = firstUncleanableOffset;
    this.#groups = groupSegments(log, this.endOffset, firstUncleanableOffset);
    this.#filter = new BatchFilter({
      latest,
      transactions: this.#transactions,
      producer: (producerId) => log.producerState.entry(producerId),
      deleteRetentionMs: log.config.deleteRetentionMs,
      endOffset: firstUncleanableOffset,
      nowMs,
      switches: log.switches,
    });
  }

  /** Undefined: there is none left. */
  cleanNextGroup(): CleanedGroup | undefined {
    const group = this.#groups[this.#next];
    const [first] = group ?? [];
    if (group === undefined || first === undefined) return undefined;
    this.#next += 1;
    const to = this.#groups[this.#next]?.[0]?.baseOffset ?? this.#firstUncleanableOffset;
    const batches = this.#filtered(group);
    this.log.replaceSegments(group, batches, this.#transactions.kept);
    return {
      log: this.log,
      from: first.baseOffset,
      to,
      batches,
      readBytes: group.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0),
      writtenBytes: batches.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0),
    };
  }

  #filtered(group: readonly LogSegment[]): readonly RecordBatch[] {
    const left: RecordBatch[] = [];
    this.#transactions.kept = [];
    for (const [index, segment] of group.entries()) {
      const end = group[index + 1]?.baseOffset ?? this.#endOfLast(segment);
      this.#transactions.add(this.log.abortedTransactions(segment.baseOffset, end));
      for (const batch of segment.batches) {
        const filtered = this.#filter.filter(batch);
        if (filtered !== undefined) left.push(filtered);
      }
    }
    return left;
  }

  /** What lies beyond the known keys is copied, and so are its aborted transactions (KAFKA-13727). */
  #endOfLast(segment: LogSegment): Offset {
    return this.log.switches.abortedOfCleanPartOnly ? this.endOffset : segment.nextOffset;
  }
}
