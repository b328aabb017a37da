import {
  type Bytes,
  type LogRecord,
  type Offset,
  type RecordBatch,
} from '../../sim/protocol/record-batch.ts';
import { type BatchLog } from './batch-log.ts';
import { LogReader } from './log-reader.ts';
import { hasSameSequences, isSameRecord } from './same-batch.ts';

/** Of each key the offset of its last committed record: on a compacted topic older ones may go. */
export class NewestOffsets {
  readonly #offsets = new Map<Bytes, Offset>();
  readonly #committed: LogReader;

  constructor(committed: BatchLog) {
    this.#committed = new LogReader(committed, (batch) => {
      this.#note(batch);
    });
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
    this.#committed.readOn();
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
    if (this.#committed.truncated()) this.#offsets.clear();
  }

  #note({ baseOffset, isControl, records }: RecordBatch): void {
    if (isControl) return;
    for (const { key, offsetDelta } of records) {
      if (key !== null) this.#offsets.set(key, baseOffset + offsetDelta);
    }
  }
}
