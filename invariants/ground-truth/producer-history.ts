import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type BatchLog } from './batch-log.ts';

/** A broker remembers this many batches of a producer (`ProducerStateEntry.NUM_BATCHES_TO_RETAIN`). */
export const rememberedBatches = 5;

/** The last batches that one producer id has in the log of one replica. */
export class ProducerHistory {
  /** Oldest first: those that a leader remembers, and one that it has just appended. */
  readonly batches: RecordBatch[] = [];
  /** The highest epoch of its batches and markers. */
  highestEpoch = -1;

  note(batch: RecordBatch): void {
    this.highestEpoch = Math.max(this.highestEpoch, batch.producerEpoch);
    if (batch.isControl) return;
    this.batches.push(batch);
    if (this.batches.length > rememberedBatches + 1) this.batches.shift();
  }
}

/**
 * The histories of all producers in one replica's log. The log is read on when somebody asks, so that
 * a replica that only follows costs nothing.
 */
export class ProducerHistories {
  readonly #log: BatchLog;
  readonly #byProducer = new Map<number, ProducerHistory>();
  /** Index of the first batch that has not been read. */
  #next = 0;

  constructor(log: BatchLog) {
    this.#log = log;
  }

  /** Undefined for a producer of which the log has nothing. */
  of(producerId: number): ProducerHistory | undefined {
    this.#readOn();
    return this.#byProducer.get(producerId);
  }

  /** A cleaner takes batches from the log; what they said is remembered. */
  whileCleaned<T>(clean: () => T): T {
    this.#readOn();
    const result = clean();
    this.#next = this.#log.nextIndex;
    return result;
  }

  /** The log was cut: what is left of it is read again. */
  truncated(): void {
    if (this.#next <= this.#log.nextIndex) return;
    this.#next = 0;
    this.#byProducer.clear();
  }

  #readOn(): void {
    const log = this.#log;
    for (let index = Math.max(this.#next, log.firstIndex); index < log.nextIndex; index += 1) {
      const batch = log.at(index);
      if (batch !== undefined && batch.producerId >= 0) this.#noteFor(batch);
    }
    this.#next = log.nextIndex;
  }

  #noteFor(batch: RecordBatch): void {
    let history = this.#byProducer.get(batch.producerId);
    if (history === undefined) {
      history = new ProducerHistory();
      this.#byProducer.set(batch.producerId, history);
    }
    history.note(batch);
  }
}
