import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type BatchLog } from './batch-log.ts';
import { LogReader } from './log-reader.ts';

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

/** The histories of all producers in one replica's log. */
export class ProducerHistories {
  readonly #byProducer = new Map<number, ProducerHistory>();
  readonly #log: LogReader;

  constructor(log: BatchLog) {
    this.#log = new LogReader(log, (batch) => {
      if (batch.producerId >= 0) this.#noteFor(batch);
    });
  }

  /** Undefined for a producer of which the log has nothing. */
  of(producerId: number): ProducerHistory | undefined {
    this.#log.readOn();
    return this.#byProducer.get(producerId);
  }

  /** A cleaner takes batches from the log; what they said is remembered. */
  whileCleaned<T>(clean: () => T): T {
    this.#log.readOn();
    const result = clean();
    this.#log.skip();
    return result;
  }

  /** The log was cut: what is left of it is read again. */
  truncated(): void {
    if (this.#log.truncated()) this.#byProducer.clear();
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
