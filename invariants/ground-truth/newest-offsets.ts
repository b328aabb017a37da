import {
  type Bytes,
  type LogRecord,
  type Offset,
  type RecordBatch,
} from '../../sim/protocol/record-batch.ts';
import { type BatchLog } from './batch-log.ts';
import { hasSameSequences, isSameRecord } from './same-batch.ts';

/**
 * Of each key the offset of its last committed record: on a compacted topic older ones may go. The
 * committed log is read on when somebody asks, so that other topics cost nothing.
 */
export class NewestOffsets {
  readonly #committed: BatchLog;
  readonly #offsets = new Map<Bytes, Offset>();
  /** Index of the first batch that has not been read. */
  #next = 0;

  constructor(committed: BatchLog) {
    this.#committed = committed;
  }

  /**
   * Whether a cleaner may have taken the record: it is not the last of its key, or a tombstone, which
   * stays for a time only. Of transactions it is not known here which are aborted.
   */
  mayBeGone(batch: RecordBatch, record: LogRecord): boolean {
    return record.value === null || this.mayBeReplaced(batch, record);
  }

  /** The same, without the time that a tombstone has. */
  mayBeReplaced(
    { baseOffset, isControl, isTransactional }: RecordBatch,
    record: LogRecord,
  ): boolean {
    const { key, offsetDelta } = record;
    if (isControl || isTransactional || key === null) return true;
    this.#readOn();
    return (this.#offsets.get(key) ?? -1) > baseOffset + offsetDelta;
  }

  /** Whether a cleaner may have taken the whole batch. */
  mayAllBeGone(batch: RecordBatch): boolean {
    return batch.records.every((record) => this.mayBeGone(batch, record));
  }

  /** Whether a cleaner may have made the one of the other. */
  isRemainder(left: RecordBatch, whole: RecordBatch): boolean {
    const isOfSamePlace =
      left.baseOffset === whole.baseOffset &&
      left.lastOffset === whole.lastOffset &&
      left.partitionLeaderEpoch === whole.partitionLeaderEpoch &&
      hasSameSequences(left, whole);
    if (!isOfSamePlace) return false;
    let next = 0;
    for (const record of whole.records) {
      const own = left.records[next];
      if (own?.offsetDelta === record.offsetDelta && isSameRecord(own, record)) next += 1;
      else if (!this.mayBeGone(whole, record)) return false;
    }
    return next === left.records.length;
  }

  /** The committed log was cut: what is left of it is read again. */
  truncated(): void {
    if (this.#next <= this.#committed.nextIndex) return;
    this.#next = 0;
    this.#offsets.clear();
  }

  #readOn(): void {
    const { firstIndex, nextIndex } = this.#committed;
    for (let index = Math.max(this.#next, firstIndex); index < nextIndex; index += 1) {
      const batch = this.#committed.at(index);
      if (batch === undefined || batch.isControl) continue;
      for (const { key, offsetDelta } of batch.records) {
        if (key !== null) this.#offsets.set(key, batch.baseOffset + offsetDelta);
      }
    }
    this.#next = nextIndex;
  }
}
