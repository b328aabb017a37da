import { type Offset } from '../../sim/protocol/record-batch.ts';

/** The first and the last offset of a batch. */
interface Span {
  readonly baseOffset: Offset;
  readonly lastOffset: Offset;
}

/** The batches of one replica that do not match their checksums: who checks them reads no further. */
export class RottenBatches {
  #spans: readonly Span[] = [];

  add({ baseOffset, lastOffset }: Span): void {
    this.#spans = [...this.#spans, { baseOffset, lastOffset }];
  }

  truncateTo(offset: Offset): void {
    if (this.#spans.length === 0) return;
    this.#spans = this.#spans.filter(({ lastOffset }) => lastOffset < offset);
  }

  /** Whether one who reads on from the offset comes upon one of them. */
  areAheadOf(offset: Offset): boolean {
    return this.#spans.some(({ lastOffset }) => lastOffset >= offset);
  }
}
