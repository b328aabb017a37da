import { empty } from '../../kernel/lists.ts';
import { decrementSequence, type Offset, type RecordBatch } from '../../protocol/record-batch.ts';

/** How many batches of a producer are remembered, so that their retries are known as such. */
export const batchesToRetain = 5;

/** The mark of a producer without an open transaction. */
export const noTransaction: Offset = -1;

/** A batch of which a retry would be recognised (`BatchMetadata`). */
export interface CachedBatch {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly firstOffset: Offset;
  readonly lastOffset: Offset;
  readonly timestampMs: number;
}

/** What a producer snapshot keeps of one producer: of its batches only the last. */
export interface ProducerSnapshotEntry {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Of the last batch; -1 if none is cached. */
  readonly lastSequence: number;
  readonly lastOffset: Offset;
  readonly offsetDelta: number;
  readonly lastTimestampMs: number;
  readonly coordinatorEpoch: number;
  /** -1 if none is open. */
  readonly currentTxnFirstOffset: Offset;
}

/** What a partition knows of one producer (`ProducerStateEntry`). */
export class ProducerEntry {
  readonly producerId: number;
  producerEpoch = -1;
  coordinatorEpoch = -1;
  /** Largest record timestamp of its last batch, or that of its last marker; -1 without one. */
  lastTimestampMs = -1;
  currentTxnFirstOffset = noTransaction;
  /** Oldest first. */
  batches: CachedBatch[] = [];

  constructor(producerId: number) {
    this.producerId = producerId;
  }

  static fromSnapshot(snapshot: ProducerSnapshotEntry): ProducerEntry {
    const entry = new ProducerEntry(snapshot.producerId);
    entry.producerEpoch = snapshot.producerEpoch;
    entry.coordinatorEpoch = snapshot.coordinatorEpoch;
    entry.lastTimestampMs = snapshot.lastTimestampMs;
    entry.currentTxnFirstOffset = snapshot.currentTxnFirstOffset;
    if (snapshot.lastOffset >= 0) {
      const { lastSequence, lastOffset, offsetDelta, lastTimestampMs } = snapshot;
      entry.batches.push(cachedBatch(lastSequence, lastOffset, offsetDelta, lastTimestampMs));
    }
    return entry;
  }

  get lastSequence(): number {
    return this.batches.at(-1)?.lastSequence ?? -1;
  }

  /** The next entry of this producer, before anything is appended to it. */
  successor(): ProducerEntry {
    const next = new ProducerEntry(this.producerId);
    next.producerEpoch = this.producerEpoch;
    next.coordinatorEpoch = this.coordinatorEpoch;
    next.lastTimestampMs = this.lastTimestampMs;
    next.currentTxnFirstOffset = this.currentTxnFirstOffset;
    return next;
  }

  addBatch(batch: RecordBatch, limit: number): void {
    const { lastSequence, lastOffset, maxTimestampMs } = batch;
    this.#setEpoch(batch.producerEpoch);
    const offsetDelta = lastOffset - batch.baseOffset;
    this.#cache(cachedBatch(lastSequence, lastOffset, offsetDelta, maxTimestampMs), limit);
    this.lastTimestampMs = maxTimestampMs;
  }

  /** A marker has closed the transaction; a higher epoch forgets the batches. */
  endTransaction(producerEpoch: number, coordinatorEpoch: number, timestampMs: number): void {
    this.#setEpoch(producerEpoch);
    this.coordinatorEpoch = coordinatorEpoch;
    this.currentTxnFirstOffset = noTransaction;
    this.lastTimestampMs = timestampMs;
  }

  /** Takes over what has been appended to its successor. */
  become(next: ProducerEntry, limit: number): void {
    this.#setEpoch(next.producerEpoch);
    for (const batch of next.batches) this.#cache(batch, limit);
    this.coordinatorEpoch = next.coordinatorEpoch;
    this.currentTxnFirstOffset = next.currentTxnFirstOffset;
    this.lastTimestampMs = next.lastTimestampMs;
  }

  /** The cached batch with exactly these sequences in the current epoch. */
  findDuplicate(batch: RecordBatch): CachedBatch | undefined {
    if (batch.producerEpoch !== this.producerEpoch) return undefined;
    for (const cached of this.batches) {
      const { firstSequence, lastSequence } = cached;
      if (firstSequence === batch.baseSequence && lastSequence === batch.lastSequence) {
        return cached;
      }
    }
    return undefined;
  }

  snapshot(): ProducerSnapshotEntry {
    const last = this.batches.at(-1);
    return {
      producerId: this.producerId,
      producerEpoch: this.producerEpoch,
      lastSequence: last?.lastSequence ?? -1,
      lastOffset: last?.lastOffset ?? -1,
      offsetDelta: last === undefined ? 0 : last.lastOffset - last.firstOffset,
      lastTimestampMs: this.lastTimestampMs,
      coordinatorEpoch: this.coordinatorEpoch,
      currentTxnFirstOffset: this.currentTxnFirstOffset,
    };
  }

  #setEpoch(producerEpoch: number): void {
    if (this.producerEpoch === producerEpoch) return;
    empty(this.batches);
    this.producerEpoch = producerEpoch;
  }

  #cache(batch: CachedBatch, limit: number): void {
    // An append mostly brings one: a list of one takes much less than a list with room to grow.
    if (this.batches.length === 0) this.batches = [batch];
    else {
      if (this.batches.length >= limit) this.batches.shift();
      this.batches.push(batch);
    }
  }
}

function cachedBatch(
  lastSequence: number,
  lastOffset: Offset,
  offsetDelta: number,
  timestampMs: number,
): CachedBatch {
  return {
    firstSequence: decrementSequence(lastSequence, offsetDelta),
    lastSequence,
    firstOffset: lastOffset - offsetDelta,
    lastOffset,
    timestampMs,
  };
}
