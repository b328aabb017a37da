import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type BatchLog } from './batch-log.ts';

/** Reads a log on when somebody asks, so that what nobody asks about costs nothing. */
export class LogReader {
  readonly #log: BatchLog;
  readonly #read: (batch: RecordBatch) => void;
  /** Index of the first batch that has not been read. */
  #next = 0;

  constructor(log: BatchLog, read: (batch: RecordBatch) => void) {
    this.#log = log;
    this.#read = read;
  }

  readOn(): void {
    const log = this.#log;
    for (let index = Math.max(this.#next, log.firstIndex); index < log.nextIndex; index += 1) {
      const batch = log.at(index);
      if (batch !== undefined) this.#read(batch);
    }
    this.#next = log.nextIndex;
  }

  /** What is in the log now counts as read. */
  skip(): void {
    this.#next = this.#log.nextIndex;
  }

  /** The log was cut. @returns Whether what is left of it is to be read again. */
  truncated(): boolean {
    if (this.#next <= this.#log.nextIndex) return false;
    this.#next = 0;
    return true;
  }
}
