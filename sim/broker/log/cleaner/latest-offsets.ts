import { type Bytes, type Offset, type RecordBatch } from '../../../protocol/record-batch.ts';
import { type CleanableRange } from './cleanable-range.ts';
import { TransactionRemains } from './transaction-remains.ts';

/** The newest offset of each key in the dirty part of a log (`OffsetMap`). */
export interface LatestOffsets {
  readonly offsets: ReadonlyMap<Bytes, Offset>;
  /** Inclusive; beyond it nothing is known. -1 if there was nothing to read. */
  readonly upTo: Offset;
}

/**
 * Reads the dirty part of a log, as far as `maxKeys` keys go (`Cleaner.buildOffsetMap`). What was
 * aborted does not count.
 */
export function latestOffsets(range: CleanableRange, maxKeys: number): LatestOffsets {
  const { log, firstDirtyOffset, firstUncleanableOffset } = range;
  const transactions = new TransactionRemains();
  transactions.add(log.abortedTransactions(firstDirtyOffset, firstUncleanableOffset));
  const latest = new GrowingOffsets(firstDirtyOffset, maxKeys);
  const segments = log.local.segments.between(firstDirtyOffset, firstUncleanableOffset);
  for (const [index, segment] of segments.entries()) {
    for (const batch of segment.batches.slice(segment.lookup(firstDirtyOffset))) {
      const counts = !transactions.mayGo(batch) && !batch.isControl;
      if (counts && !latest.add(batch)) return latest;
      if (batch.lastOffset >= firstDirtyOffset) latest.upTo = batch.lastOffset;
    }
    // There may be a gap at the end of the segment.
    latest.upTo = (segments[index + 1]?.baseOffset ?? firstUncleanableOffset) - 1;
  }
  return latest;
}

class GrowingOffsets implements LatestOffsets {
  readonly offsets = new Map<Bytes, Offset>();
  upTo: Offset = -1;
  readonly #firstDirtyOffset: Offset;
  readonly #maxKeys: number;

  constructor(firstDirtyOffset: Offset, maxKeys: number) {
    this.#firstDirtyOffset = firstDirtyOffset;
    this.#maxKeys = maxKeys;
  }

  /** False: there is no room for more keys, and a part of the batch is left out. */
  add({ baseOffset, records }: RecordBatch): boolean {
    for (const { key, offsetDelta } of records) {
      const offset = baseOffset + offsetDelta;
      if (key === null || offset < this.#firstDirtyOffset) continue;
      if (this.offsets.size >= this.#maxKeys) return false;
      this.offsets.set(key, offset);
      this.upTo = offset;
    }
    return true;
  }
}
