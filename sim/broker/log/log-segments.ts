import { present } from '../../kernel/assert.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type LogSegment } from './log-segment.ts';

/** The segments of a log, by their base offsets; the last one is written to (`LogSegments`). */
export class LogSegments {
  readonly #segments: LogSegment[] = [];

  get all(): readonly LogSegment[] {
    return this.#segments;
  }

  get active(): LogSegment {
    return present(this.#segments[this.#segments.length - 1], 'the active segment');
  }

  get first(): LogSegment {
    return present(this.#segments[0], 'the first segment');
  }

  get sizeInBytes(): number {
    let size = 0;
    for (const segment of this.#segments) size += segment.sizeInBytes;
    return size;
  }

  /** Takes the place of one with the same base offset. */
  add(segment: LogSegment): void {
    const index = this.#floorIndex(segment.baseOffset);
    const floor = this.#segments[index];
    const replaced = floor?.baseOffset === segment.baseOffset ? 1 : 0;
    this.#segments.splice(index + 1 - replaced, replaced, segment);
  }

  remove(segment: LogSegment): void {
    const index = this.#segments.indexOf(segment);
    if (index >= 0) this.#segments.splice(index, 1);
  }

  get(baseOffset: Offset): LogSegment | undefined {
    const floor = this.floor(baseOffset);
    return floor?.baseOffset === baseOffset ? floor : undefined;
  }

  /** The last segment that begins at or before `offset`. */
  floor(offset: Offset): LogSegment | undefined {
    const last = this.#segments[this.#segments.length - 1];
    if (last !== undefined && last.baseOffset <= offset) return last;
    return this.#segments[this.#floorIndex(offset)];
  }

  /** The first segment that begins after `offset`. */
  higher(offset: Offset): LogSegment | undefined {
    return this.#segments[this.#floorIndex(offset) + 1];
  }

  /** The last segment that begins before `offset`. */
  lower(offset: Offset): LogSegment | undefined {
    return this.#segments[this.#floorIndex(offset - 1)];
  }

  /** From the segment that holds `from` to the last that begins below `to`. */
  between(from: Offset, to: Offset): readonly LogSegment[] {
    if (from === to) return [];
    const start = Math.max(this.#floorIndex(from), 0);
    return this.#segments.slice(start, this.#floorIndex(to - 1) + 1);
  }

  #floorIndex(offset: Offset): number {
    let low = -1;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (present(this.#segments[middle], 'a segment').baseOffset <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
