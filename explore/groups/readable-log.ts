import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';

/** What consumers may read of one partition, as its leaders tell it; markers are nothing to read. */
export class ReadableLog {
  highWatermark: Offset = 0;
  logStart: Offset = 0;
  /** Exclusive end of the last records below the high watermark, and of those below the last stable offset. */
  #uncommittedEnd: Offset = 0;
  #committedEnd: Offset = 0;
  /** Exclusive ends of the batches above that, the first one first. */
  #aboveHighWatermark: Offset[] = [];
  #aboveStableOffset: Offset[] = [];
  /** The first offset of each transaction that goes on, by its producer id. */
  readonly #open = new Map<number, Offset>();

  /** Exclusive end of the records that may be read with an isolation level. */
  end(isReadCommitted: boolean): Offset {
    return isReadCommitted ? this.#committedEnd : this.#uncommittedEnd;
  }

  appended({ batch }: FactOf<'batchAppended'>): void {
    if (batch.isControl) {
      this.#open.delete(batch.producerId);
      this.#move();
      return;
    }
    const end = batch.lastOffset + 1;
    this.#aboveHighWatermark.push(end);
    this.#aboveStableOffset.push(end);
    if (!batch.isTransactional || this.#open.has(batch.producerId)) return;
    this.#open.set(batch.producerId, batch.baseOffset);
  }

  highWatermarkMoved({ to }: FactOf<'highWatermarkMoved'>): void {
    this.highWatermark = to;
    this.#move();
  }

  /** What the new leader does not have is gone. */
  leaderStarted({ logEndOffset }: FactOf<'leaderStarted'>): void {
    this.#aboveHighWatermark = this.#aboveHighWatermark.filter((end) => end <= logEndOffset);
    this.#aboveStableOffset = this.#aboveStableOffset.filter((end) => end <= logEndOffset);
    this.#uncommittedEnd = Math.min(this.#uncommittedEnd, logEndOffset);
    this.#committedEnd = Math.min(this.#committedEnd, logEndOffset);
    for (const [producerId, first] of this.#open) {
      if (first >= logEndOffset) this.#open.delete(producerId);
    }
  }

  #move(): void {
    const stable = Math.min(this.highWatermark, ...this.#open.values());
    this.#uncommittedEnd =
      passed(this.#aboveHighWatermark, this.highWatermark) ?? this.#uncommittedEnd;
    this.#committedEnd = passed(this.#aboveStableOffset, stable) ?? this.#committedEnd;
  }
}

/** Takes the ends that are not above `limit` out, and returns the last of them. */
function passed(ends: Offset[], limit: Offset): Offset | undefined {
  const count = ends.findIndex((end) => end > limit);
  return ends.splice(0, count < 0 ? ends.length : count).at(-1);
}
