import { present } from '../../kernel/assert.ts';
import { type Disk, type DiskFile } from '../../kernel/disk.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import {
  type AbortedTransactionEntry,
  offsetFileName,
  segmentFiles,
  transactionIndexFiles,
} from './log-files.ts';
import { SegmentIndex, type TimestampPosition } from './segment-index.ts';
import { type CompletedTransaction } from './transaction-spans.ts';

export interface SegmentOptions {
  readonly disk: Disk;
  readonly partition: string;
  readonly baseOffset: Offset;
  readonly nowMs: number;
  readonly rollJitterMs: number;
  readonly indexIntervalBytes: number;
  readonly maxIndexBytes: number;
  /** From the disk: the segment has a transaction index. */
  readonly hasTransactionIndex: boolean;
}

/** The farthest offset that an index entry can name, relative to its segment. */
const maxOffsetDelta = 2_147_483_647;

/** One file of a partition's log with its indexes (`LogSegment`). */
export class LogSegment {
  readonly baseOffset: Offset;
  readonly rollJitterMs: number;
  readonly #options: SegmentOptions;
  readonly #file: DiskFile<RecordBatch>;
  /** The first byte of each batch. */
  readonly #positions: number[] = [];
  readonly #index: SegmentIndex;
  #transactions: DiskFile<AbortedTransactionEntry> | null;
  #sizeInBytes = 0;
  #bytesSinceIndexEntry = 0;
  #largest: TimestampPosition;
  #createdMs: number;
  #modifiedMs: number;

  /** Opens the file, or makes it. Takes in what it holds without looking whether it is intact. */
  constructor(options: SegmentOptions) {
    const { disk, partition, baseOffset, nowMs } = options;
    this.#options = options;
    this.baseOffset = baseOffset;
    this.rollJitterMs = options.rollJitterMs;
    this.#file = disk.file(segmentFiles, offsetFileName(partition, baseOffset));
    this.#index = new SegmentIndex(options.maxIndexBytes);
    this.#transactions = options.hasTransactionIndex ? this.#transactionFile() : null;
    this.#createdMs = nowMs;
    this.#modifiedMs = nowMs;
    this.#largest = { timestampMs: -1, offset: baseOffset };
    for (const batch of this.#file.entries) this.#takeIn(batch);
  }

  get batches(): readonly RecordBatch[] {
    return this.#file.entries;
  }

  get sizeInBytes(): number {
    return this.#sizeInBytes;
  }

  /** Largest record timestamp, and the last offset of the first batch that has it; -1 without any. */
  get largest(): TimestampPosition {
    return this.#largest;
  }

  /** Largest timestamp of the first batch; -1 without any. */
  get firstTimestampMs(): number {
    return this.batches[0]?.maxTimestampMs ?? -1;
  }

  /** When the file was last written, be it the one that this one took the place of. */
  get modifiedMs(): number {
    return this.#modifiedMs;
  }

  set modifiedMs(ms: number) {
    this.#modifiedMs = ms;
  }

  get offsetIndexBytes(): number {
    return this.#index.offsetBytes;
  }

  get timeIndexBytes(): number {
    return this.#index.timeBytes;
  }

  /** Largest record timestamp, or when the file was last written if its records have none. */
  get largestTimestampMs(): number {
    return this.#largest.timestampMs >= 0 ? this.#largest.timestampMs : this.#modifiedMs;
  }

  /** The end of the last batch; exclusive. */
  get nextOffset(): Offset {
    return (this.batches.at(-1)?.lastOffset ?? this.baseOffset - 1) + 1;
  }

  get isIndexFull(): boolean {
    return this.#index.isFull;
  }

  canHold(offset: Offset): boolean {
    const delta = offset - this.baseOffset;
    return delta >= 0 && delta <= maxOffsetDelta;
  }

  /** How long ago, by the records' own times if they have any, the segment began. */
  timeWaitedForRoll(nowMs: number, maxTimestampMs: number): number {
    const firstMs = this.firstTimestampMs;
    return firstMs >= 0 ? maxTimestampMs - firstMs : nowMs - this.#createdMs;
  }

  append(batches: readonly RecordBatch[], nowMs: number): void {
    for (const batch of batches) {
      this.#file.append(batch);
      this.#takeIn(batch);
    }
    this.#modifiedMs = nowMs;
  }

  /** Index of the first batch that ends at or after `offset`; -1 if all end before. */
  indexOf(offset: Offset): number {
    const { entries } = this.#file;
    let high = entries.length - 1;
    const last = entries[high];
    if (last === undefined || last.lastOffset < offset) return -1;
    if (last.baseOffset <= offset) return high;
    let low = 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (present(entries[middle], 'a batch inside the file').lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first byte of a batch. */
  positionOf(index: number): number {
    return present(this.#positions[index], 'the position of a batch');
  }

  /** Index of the first batch that begins at or after that byte. */
  indexAtPosition(position: number): number {
    let [low, high] = [0, this.#positions.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.positionOf(middle) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Where to begin to look for a record of that time or later (`findOffsetByTimestamp`). */
  searchStart(timestampMs: number, startOffset: Offset): number {
    const floor = this.#index.timeFloor(timestampMs)?.offset ?? this.baseOffset;
    const position = this.#index.positionFloor(Math.max(floor, startOffset));
    return this.indexAtPosition(position);
  }

  /** Index of the first batch that has to be looked at by who looks for `offset`. */
  lookup(offset: Offset): number {
    return this.indexAtPosition(this.#index.positionFloor(offset));
  }

  /** The offset up to which a read of those bytes is taken to reach; undefined: beyond the segment. */
  readUpperBound(position: number, sizeInBytes: number): Offset | undefined {
    return this.#index.offsetCeiling(position + sizeInBytes);
  }

  /** Cuts at the batch that holds `offset`, which goes as a whole. */
  truncateTo(offset: Offset, nowMs: number): void {
    const index = this.indexOf(offset);
    if (index >= 0) this.#keep(index, nowMs);
    this.#truncateIndexes(offset);
  }

  /** Keeps the first `count` batches: what follows is damaged. */
  cutDamaged(count: number, nowMs: number): void {
    this.#keep(count, nowMs);
    this.#truncateIndexes(this.nextOffset);
  }

  addAborted(transaction: CompletedTransaction, lastStableOffset: Offset): void {
    const { producerId, firstOffset, lastOffset } = transaction;
    this.#transactions ??= this.#transactionFile();
    this.#transactions.append({ producerId, firstOffset, lastOffset, lastStableOffset });
  }

  resetTransactionIndex(): void {
    this.#transactions?.truncate(0);
  }

  get abortedTransactions(): readonly AbortedTransactionEntry[] {
    return this.#transactions?.entries ?? [];
  }

  flush(): void {
    this.#file.flush();
    this.#transactions?.flush();
  }

  delete(): void {
    const { disk, partition } = this.#options;
    const name = offsetFileName(partition, this.baseOffset);
    disk.deleteFile(segmentFiles, name);
    if (this.#transactions !== null) disk.deleteFile(transactionIndexFiles, name);
  }

  #takeIn(batch: RecordBatch): void {
    const position = this.#sizeInBytes;
    this.#noteTimestamp(batch);
    if (this.#bytesSinceIndexEntry > this.#options.indexIntervalBytes) {
      this.#index.add(batch.lastOffset, position, this.#largest);
      this.#bytesSinceIndexEntry = 0;
    }
    this.#positions.push(position);
    this.#sizeInBytes += batch.sizeInBytes;
    this.#bytesSinceIndexEntry += batch.sizeInBytes;
  }

  #noteTimestamp({ maxTimestampMs, lastOffset }: RecordBatch): void {
    if (maxTimestampMs <= this.#largest.timestampMs) return;
    this.#largest = { timestampMs: maxTimestampMs, offset: lastOffset };
  }

  #keep(count: number, nowMs: number): void {
    if (count < this.#positions.length) this.#sizeInBytes = this.positionOf(count);
    this.#positions.length = count;
    this.#file.truncate(count);
    this.#modifiedMs = nowMs;
    if (count === 0) this.#createdMs = nowMs;
  }

  /** The time index tells the largest timestamp up to its last entry; the rest is looked at. */
  #truncateIndexes(offset: Offset): void {
    this.#index.truncate(offset);
    this.#truncateTransactions(offset);
    this.#bytesSinceIndexEntry = 0;
    if (this.#largest.timestampMs < 0) return;
    this.#largest = this.#index.lastTime ?? { timestampMs: -1, offset: this.baseOffset };
    const start = this.indexAtPosition(this.#index.positionFloor(this.#largest.offset));
    for (let index = start; index < this.batches.length; index++) {
      this.#noteTimestamp(present(this.batches[index], 'a batch inside the file'));
    }
  }

  #truncateTransactions(offset: Offset): void {
    const kept = this.abortedTransactions.findIndex(({ lastOffset }) => lastOffset >= offset);
    if (kept >= 0) this.#transactions?.truncate(kept);
  }

  #transactionFile(): DiskFile<AbortedTransactionEntry> {
    const { disk, partition, baseOffset } = this.#options;
    return disk.file(transactionIndexFiles, offsetFileName(partition, baseOffset));
  }
}
