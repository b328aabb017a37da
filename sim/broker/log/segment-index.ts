import { type Offset } from '../../protocol/record-batch.ts';

const offsetEntryBytes = 8;
const timeEntryBytes = 12;

/** The largest timestamp up to some batch, and the last offset of the batch that has it. */
export interface TimestampPosition {
  readonly timestampMs: number;
  readonly offset: Offset;
}

/**
 * The sparse indexes of a segment: one entry about every `index.interval.bytes` (`OffsetIndex`,
 * `TimeIndex`). Batches are found without them; what depends on them in Kafka is looked up here.
 */
export class SegmentIndex {
  readonly #maxOffsetEntries: number;
  readonly #maxTimeEntries: number;
  /** Last offset and first byte of the batch of each entry; both ascending. */
  readonly #offsets: Offset[] = [];
  readonly #positions: number[] = [];
  readonly #times: TimestampPosition[] = [];

  constructor(maxSizeInBytes: number) {
    this.#maxOffsetEntries = Math.floor(maxSizeInBytes / offsetEntryBytes);
    this.#maxTimeEntries = Math.floor(maxSizeInBytes / timeEntryBytes) - 1;
  }

  get isFull(): boolean {
    const isTimeFull = this.#times.length >= this.#maxTimeEntries;
    return isTimeFull || this.#offsets.length >= this.#maxOffsetEntries;
  }

  get offsetBytes(): number {
    return this.#offsets.length * offsetEntryBytes;
  }

  get timeBytes(): number {
    return this.#times.length * timeEntryBytes;
  }

  add(lastOffset: Offset, position: number, largest: TimestampPosition): void {
    this.#offsets.push(lastOffset);
    this.#positions.push(position);
    const last = this.#times.at(-1)?.timestampMs ?? -1;
    if (largest.timestampMs > last) this.#times.push(largest);
  }

  /** Drops the entries of batches that end at or after `offset`. */
  truncate(offset: Offset): void {
    while ((this.#offsets.at(-1) ?? -1) >= offset) {
      this.#offsets.pop();
      this.#positions.pop();
    }
    while ((this.#times.at(-1)?.offset ?? -1) >= offset) this.#times.pop();
  }

  /** The last time entry; undefined if there is none. */
  get lastTime(): TimestampPosition | undefined {
    return this.#times.at(-1);
  }

  /** The last time entry up to that timestamp. */
  timeFloor(timestampMs: number): TimestampPosition | undefined {
    return this.#times.findLast((entry) => entry.timestampMs <= timestampMs);
  }

  /** The byte of the last indexed batch that ends at or before `offset`; 0 if there is none. */
  positionFloor(offset: Offset): number {
    return this.#positions[this.#offsets.findLastIndex((last) => last <= offset)] ?? 0;
  }

  /** The offset of the first entry from that byte on: Kafka's upper bound of what a read covers. */
  offsetCeiling(position: number): Offset | undefined {
    return this.#offsets[this.#positions.findIndex((start) => start >= position)];
  }
}
