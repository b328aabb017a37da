import { type Offset, type RecordBatch } from '../../sim/protocol/record-batch.ts';

const none: readonly RecordBatch[] = [];

/**
 * Batches of one partition in the order of their offsets. It holds references to the batches that
 * replicas share, never copies. A batch keeps its index when older ones are dropped.
 */
export class BatchLog {
  /** Index of the oldest batch that is still kept. */
  firstIndex = 0;
  /** Exclusive; may lie above the last batch, after a truncation to a later start. */
  endOffset: Offset = 0;
  readonly #batches: RecordBatch[] = [];
  /** Position of the last find: readers go on where they were. */
  #hint = 0;

  get nextIndex(): number {
    return this.firstIndex + this.#batches.length;
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  at(index: number): RecordBatch | undefined {
    return this.#batches[index - this.firstIndex];
  }

  last(): RecordBatch | undefined {
    return this.#batches.at(-1);
  }

  /** The batch must lie at or above the end. */
  append(batch: RecordBatch): void {
    this.#batches.push(batch);
    this.endOffset = batch.lastOffset + 1;
  }

  /** The batch whose range holds the offset. */
  find(offset: Offset): RecordBatch | undefined {
    const batches = this.#batches;
    for (let position = this.#hint; position < this.#hint + 2; position += 1) {
      const batch = batches[position];
      if (batch !== undefined && batch.baseOffset <= offset && offset <= batch.lastOffset) {
        this.#hint = position;
        return batch;
      }
    }
    const position = this.#positionOf(offset);
    const batch = batches[position];
    if (batch === undefined || batch.baseOffset > offset) return undefined;
    this.#hint = position;
    return batch;
  }

  /** Index of the first batch that ends at or above the offset. */
  indexOf(offset: Offset): number {
    return this.firstIndex + this.#positionOf(offset);
  }

  /** Cuts off every batch that reaches to `offset` or above it, and returns them, oldest first. */
  truncateTo(offset: Offset): readonly RecordBatch[] {
    const position = this.#positionOf(offset);
    this.endOffset = offset;
    if (position === this.#batches.length) return none;
    const removed = this.#batches.slice(position);
    this.#batches.length = position;
    return removed;
  }

  /** Puts others in the place of the batches from `from` up to `to`, and returns those, oldest first. */
  replace(from: Offset, to: Offset, batches: readonly RecordBatch[]): readonly RecordBatch[] {
    const start = this.#positionOf(from);
    const removed = this.#batches.splice(start, this.#positionOf(to) - start);
    const behind = this.#batches.splice(start);
    for (const batch of batches) this.#batches.push(batch);
    for (const batch of behind) this.#batches.push(batch);
    this.#hint = 0;
    return removed;
  }

  /** Forgets the batches that end below `offset`, and returns them. */
  dropBelow(offset: Offset): readonly RecordBatch[] {
    const position = this.#positionOf(offset);
    if (position === 0) return none;
    this.firstIndex += position;
    this.#hint = 0;
    return this.#batches.splice(0, position);
  }

  #positionOf(offset: Offset): number {
    const batches = this.#batches;
    if (offset >= this.#lastEnd()) return batches.length;
    let low = 0;
    let high = batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const batch = batches[middle];
      if (batch !== undefined && batch.lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #lastEnd(): Offset {
    const last = this.last();
    return last === undefined ? 0 : last.lastOffset + 1;
  }
}
