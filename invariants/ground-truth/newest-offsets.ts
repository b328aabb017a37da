import {
  type Bytes,
  type LogRecord,
  type Offset,
  type RecordBatch,
} from '../../sim/protocol/record-batch.ts';
import { type BatchLog } from './batch-log.ts';
import { LogReader } from './log-reader.ts';
import { hasSameSequences, isSameRecord } from './same-batch.ts';
import { markerResult } from './transaction-truth.ts';

/** A record of a transaction that is not decided yet. */
interface Undecided {
  readonly key: Bytes;
  readonly offset: Offset;
}

/**
 * Of each key the offset of its last record that is committed, and so is its transaction: on a compacted
 * topic older ones may go.
 */
export class NewestOffsets {
  readonly #offsets = new Map<Bytes, Offset>();
  /** By producer id. */
  readonly #undecided = new Map<number, Undecided[]>();
  readonly #committed: LogReader;

  constructor(committed: BatchLog) {
    this.#committed = new LogReader(committed, (batch) => {
      this.#note(batch);
    });
  }

  /**
   * Whether a cleaner may have taken the record: it is not the last of its key, or a tombstone, which
   * stays for a time only.
   */
  mayBeGone(batch: RecordBatch, record: LogRecord): boolean {
    return record.value === null || this.mayBeReplaced(batch, record);
  }

  /** The same, without the time that a tombstone has. What is in no committed transaction may go. */
  mayBeReplaced(
    { baseOffset, isControl, isTransactional }: RecordBatch,
    record: LogRecord,
  ): boolean {
    const { key, offsetDelta } = record;
    if (isControl || key === null) return true;
    this.#committed.readOn();
    const newest = this.#offsets.get(key) ?? -1;
    const offset = baseOffset + offsetDelta;
    return isTransactional ? newest !== offset : newest > offset;
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
    if (!this.#committed.truncated()) return;
    this.#offsets.clear();
    this.#undecided.clear();
  }

  #note(batch: RecordBatch): void {
    if (batch.isControl) {
      this.#decide(batch);
      return;
    }
    for (const { key, offsetDelta } of batch.records) {
      if (key === null) continue;
      const offset = batch.baseOffset + offsetDelta;
      if (batch.isTransactional) this.#noteUndecided(batch.producerId, { key, offset });
      else this.#offsets.set(key, offset);
    }
  }

  #noteUndecided(producerId: number, record: Undecided): void {
    const known = this.#undecided.get(producerId);
    if (known === undefined) this.#undecided.set(producerId, [record]);
    else known.push(record);
  }

  /** Another record of the key may have come between the record and its marker. */
  #decide({ producerId, records }: RecordBatch): void {
    const [marker] = records;
    const decided = this.#undecided.get(producerId);
    if (decided === undefined || marker === undefined) return;
    this.#undecided.delete(producerId);
    if (markerResult(marker) !== 'commit') return;
    for (const { key, offset } of decided) {
      if (offset > (this.#offsets.get(key) ?? -1)) this.#offsets.set(key, offset);
    }
  }
}
