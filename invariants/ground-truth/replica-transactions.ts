import { type Offset, type RecordBatch, type TxnUid } from '../../sim/protocol/record-batch.ts';
import { type BatchLog } from './batch-log.ts';
import { LogReader } from './log-reader.ts';
import { markerResult } from './transaction-truth.ts';

/** What one producer has written to a log between two of its markers. */
export interface Span {
  readonly producerId: number;
  readonly firstOffset: Offset;
  /** The transaction of its first record. */
  readonly txnUid: TxnUid;
  /** Another transaction that has a record in it; the same where all is well. */
  lastTxnUid: TxnUid;
  /** Null while it is open. */
  marker: RecordBatch | null;
  isAborted: boolean;
}

/** How many spans end between two looks at what may be forgotten. */
const tidyEvery = 1_024;

/** The transactions in the log of one replica. It is read only where somebody asks. */
export class ReplicaTransactions {
  readonly #log: BatchLog;
  readonly #reader: LogReader;
  /** The latest span of each producer. */
  readonly #latest = new Map<number, Span>();
  readonly #open = new Map<number, Span>();
  /** In the order of their markers. */
  #ended: Span[] = [];

  constructor(log: BatchLog) {
    this.#log = log;
    this.#reader = new LogReader(log, (batch) => {
      if (!batch.isTransactional) return;
      if (batch.isControl) this.#close(batch);
      else this.#note(batch);
    });
  }

  /** The latest span of a producer, open or not. */
  latest(producerId: number): Span | undefined {
    this.#reader.readOn();
    return this.#latest.get(producerId);
  }

  open(): IterableIterator<Span> {
    this.#reader.readOn();
    return this.#open.values();
  }

  /** Where the first transaction begins that is open, or whose marker is not below `highWatermark`. */
  firstUnstable(highWatermark: Offset): Offset | null {
    this.#reader.readOn();
    let first: Offset = Number.MAX_SAFE_INTEGER;
    for (const { firstOffset } of this.#open.values()) first = Math.min(first, firstOffset);
    for (let index = this.#ended.length - 1; index >= 0; index -= 1) {
      const span = this.#ended[index];
      if (span === undefined || endOf(span) < highWatermark) break;
      first = Math.min(first, span.firstOffset);
    }
    return first === Number.MAX_SAFE_INTEGER ? null : first;
  }

  /** What was aborted and has its marker at or above `from`, in the order of the markers. */
  abortedFrom(from: Offset): readonly Span[] {
    this.#reader.readOn();
    const ended = this.#ended;
    let index = ended.length;
    for (;;) {
      const span = ended[index - 1];
      if (span === undefined || endOf(span) < from) break;
      index -= 1;
    }
    return ended.slice(index).filter(({ isAborted }) => isAborted);
  }

  whileCleaned<T>(clean: () => T): T {
    this.#reader.readOn();
    const result = clean();
    this.#reader.skip();
    return result;
  }

  /** The log was cut: what is left of it is read again. */
  truncated(): void {
    if (!this.#reader.truncated()) return;
    this.#latest.clear();
    this.#open.clear();
    this.#ended = [];
  }

  #note(batch: RecordBatch): void {
    const { producerId, txnUid, baseOffset } = batch;
    const open = this.#open.get(producerId);
    if (open !== undefined) {
      open.lastTxnUid = txnUid;
      return;
    }
    const span: Span = {
      producerId,
      firstOffset: baseOffset,
      txnUid,
      lastTxnUid: txnUid,
      marker: null,
      isAborted: false,
    };
    this.#open.set(producerId, span);
    this.#latest.set(producerId, span);
  }

  #close(batch: RecordBatch): void {
    const span = this.#open.get(batch.producerId);
    const record = batch.records[0];
    if (span === undefined || record === undefined) return;
    span.marker = batch;
    span.isAborted = markerResult(record) === 'abort';
    this.#open.delete(batch.producerId);
    this.#ended.push(span);
    if (this.#ended.length % tidyEvery === 0) this.#tidy();
  }

  /** Forgets what lies below all that the log still has. */
  #tidy(): void {
    const start = this.#log.at(this.#log.firstIndex)?.baseOffset ?? 0;
    const kept = this.#ended.findIndex((span) => endOf(span) >= start);
    this.#ended.splice(0, kept < 0 ? this.#ended.length : kept);
  }
}

function endOf({ marker }: Span): Offset {
  return marker?.lastOffset ?? Number.MAX_SAFE_INTEGER;
}
