import { type Offset } from '../../sim/protocol/record-batch.ts';

interface Range {
  from: Offset;
  /** Exclusive. */
  to: Offset;
}

/** A set of offsets that has few gaps. */
export class OffsetRanges {
  /** In order; none touches the next one. */
  readonly #ranges: Range[] = [];

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  /** Behind the last offset; 0 if there is none. */
  get end(): Offset {
    return this.#ranges[this.#ranges.length - 1]?.to ?? 0;
  }

  has(offset: Offset): boolean {
    const range = this.#ranges[this.#indexOf(offset)];
    return range !== undefined && range.from <= offset;
  }

  /** Adds all from `from` up to `to`, exclusive. */
  add(from: Offset, to: Offset): void {
    if (from >= to) return;
    const first = this.#indexOf(from - 1);
    let end = first;
    const merged: Range = { from, to };
    for (;;) {
      const range = this.#ranges[end];
      if (range === undefined || range.from > to) break;
      merged.from = Math.min(merged.from, range.from);
      merged.to = Math.max(merged.to, range.to);
      end += 1;
    }
    this.#ranges.splice(first, end - first, merged);
  }

  remove(offset: Offset): void {
    const index = this.#indexOf(offset);
    const range = this.#ranges[index];
    if (range === undefined || range.from > offset) return;
    const parts = [
      { from: range.from, to: offset },
      { from: offset + 1, to: range.to },
    ];
    this.#ranges.splice(index, 1, ...parts.filter(({ from, to }) => from < to));
  }

  /** Index of the first range that ends above the offset; mostly the last one is asked for. */
  #indexOf(offset: Offset): number {
    let index = this.#ranges.length;
    while (index > 0 && (this.#ranges[index - 1]?.to ?? 0) > offset) index -= 1;
    return index;
  }
}
