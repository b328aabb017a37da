import { type PartitionData } from '../../protocol/messages/fetch-response.ts';
import { type LogRecord, type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { type PartitionName, type PolledRecord } from '../../trace.ts';
import { AbortedTransactions } from './aborted-transactions.ts';
import { noEpoch } from './fetch-position.ts';

/** How batches become records (`FetchConfig`). */
export interface ReadRules {
  readonly isolationLevel: 'read_uncommitted' | 'read_committed';
  readonly checkCrcs: boolean;
}

/** What one fetch brought of one partition, on its way to the application (`CompletedFetch`). */
export class CompletedFetch {
  readonly partition: PartitionName;
  readonly data: PartitionData;
  /** Its state in the consumer has been brought up to date with the answer. */
  isInitialized = false;
  readonly #rules: ReadRules;
  readonly #batches: readonly RecordBatch[];
  readonly #aborted: AbortedTransactions;
  #nextBatch = 0;
  #batch: RecordBatch | undefined = undefined;
  #nextRecord = 0;
  #nextOffset: Offset;
  #lastEpoch = noEpoch;
  #isConsumed = false;
  #isDamaged = false;
  #recordsRead = 0;

  constructor(
    partition: PartitionName,
    data: PartitionData,
    fetchOffset: Offset,
    rules: ReadRules,
  ) {
    this.partition = partition;
    this.data = data;
    this.#rules = rules;
    this.#batches = data.records ?? [];
    this.#aborted = new AbortedTransactions(data.abortedTransactions);
    this.#nextOffset = fetchOffset;
  }

  /** At first the offset that was asked for, then where the reading has come to. */
  get nextOffset(): Offset {
    return this.#nextOffset;
  }

  /** Epoch of the batch that was opened last. */
  get lastEpoch(): number {
    return this.#lastEpoch;
  }

  /** Nothing is left in it, or what is left is not wanted. */
  get isConsumed(): boolean {
    return this.#isConsumed;
  }

  /** Reading has come to a damaged batch, which it will never pass. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  /** Whether any record of it has been returned. */
  get wasRead(): boolean {
    return this.#recordsRead > 0;
  }

  drain(): void {
    this.#isConsumed = true;
  }

  /**
   * The next records, at most `max`. Fewer mean that it is consumed, or damaged; control records,
   * aborted ones and gaps move `nextOffset` without being returned.
   */
  read(max: number): readonly PolledRecord[] {
    const records: PolledRecord[] = [];
    while (records.length < max) {
      const record = this.#next();
      if (record === undefined || this.#batch === undefined) break;
      const offset = this.#batch.baseOffset + record.offsetDelta;
      records.push({ offset, record });
      this.#nextOffset = offset + 1;
    }
    this.#recordsRead += records.length;
    return records;
  }

  #next(): LogRecord | undefined {
    while (!this.#isConsumed && !this.#isDamaged) {
      const batch = this.#batch;
      const record = batch?.records[this.#nextRecord];
      if (batch === undefined || record === undefined) {
        this.#openNextBatch();
        continue;
      }
      this.#nextRecord += 1;
      const offset = batch.baseOffset + record.offsetDelta;
      // The first batch may begin before the offset that was asked for.
      if (offset < this.#nextOffset) continue;
      if (!batch.isControl) return record;
      this.#nextOffset = offset + 1;
    }
    return undefined;
  }

  #openNextBatch(): void {
    const batch = this.#batches[this.#nextBatch];
    if (batch === undefined) {
      // A batch keeps its last offset when compaction takes its last records out.
      if (this.#batch !== undefined) this.#nextOffset = this.#batch.lastOffset + 1;
      this.#isConsumed = true;
      return;
    }
    this.#nextBatch += 1;
    this.#batch = batch;
    this.#nextRecord = 0;
    this.#lastEpoch = batch.partitionLeaderEpoch;
    if (this.#rules.checkCrcs && !batch.isIntact) {
      this.#isDamaged = true;
    } else if (this.#rules.isolationLevel === 'read_committed' && this.#aborted.includes(batch)) {
      this.#nextOffset = batch.lastOffset + 1;
      this.#nextRecord = batch.records.length;
    }
  }
}
