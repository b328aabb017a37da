import { type LogRecord, type Offset, type RecordBatch } from '../../../protocol/record-batch.ts';
import { type LogSwitches } from '../log-switches.ts';
import { type ProducerEntry } from '../producer-entry.ts';
import { emptiedBatch, filteredBatch } from './filtered-batch.ts';
import { type LatestOffsets } from './latest-offsets.ts';
import { type TransactionRemains } from './transaction-remains.ts';

export interface BatchFilterParts {
  readonly latest: LatestOffsets;
  readonly transactions: TransactionRemains;
  readonly producer: (producerId: number) => ProducerEntry | undefined;
  /** `delete.retention.ms`: how long tombstones and markers stay from the first cleaning on. */
  readonly deleteRetentionMs: number;
  /** Where this cleaning ends. */
  readonly endOffset: Offset;
  readonly nowMs: number;
  readonly switches: LogSwitches;
}

/** Decides what is left of each batch of a log, one after the other (`Cleaner.cleanInto`). */
export class BatchFilter {
  readonly #parts: BatchFilterParts;

  constructor(parts: BatchFilterParts) {
    this.#parts = parts;
  }

  /** Undefined if nothing is. */
  filter(batch: RecordBatch): RecordBatch | undefined {
    const mayGo = this.#parts.transactions.mayGo(batch);
    const isGone = mayGo && (!batch.isControl || this.#isPastHorizon(batch));
    const isHeaderNeeded = this.#isLastOfProducer(batch) || this.#isLastOfCleaning(batch);
    if (isGone) return isHeaderNeeded ? emptiedBatch(batch) : undefined;

    const isKeptWhole = batch.isControl && !this.#parts.switches.markersAreKeyed;
    const kept = batch.records.filter((record) => isKeptWhole || this.#isKept(batch, record));
    if (kept.length === 0) return isHeaderNeeded ? emptiedBatch(batch) : undefined;
    const isOfEmptyTransaction = mayGo && batch.isControl;
    const isToExpire = isOfEmptyTransaction || kept.some(isTombstone);
    if (isToExpire && batch.deleteHorizonMs < 0) {
      return filteredBatch(batch, kept, this.#parts.nowMs + this.#parts.deleteRetentionMs);
    }
    if (kept.length === batch.records.length) return batch;
    return filteredBatch(batch, kept, batch.deleteHorizonMs);
  }

  #isKept(batch: RecordBatch, record: LogRecord): boolean {
    const { latest } = this.#parts;
    const offset = batch.baseOffset + record.offsetDelta;
    if (offset > latest.upTo) return true;
    // One without key may not be in such a log, but is from before it was compacted.
    if (record.key === null) return false;
    if (offset < (latest.offsets.get(record.key) ?? -1)) return false;
    return !isTombstone(record) || !this.#isPastHorizon(batch);
  }

  /** Since a cleaning has found a tombstone in it, or nothing left of its transaction (KIP-534). */
  #isPastHorizon({ deleteHorizonMs }: RecordBatch): boolean {
    return deleteHorizonMs >= 0 && deleteHorizonMs <= this.#parts.nowMs;
  }

  /** The state of the producer is restored from it: its last sequence, or its epoch. */
  #isLastOfProducer({ producerId, producerEpoch, lastOffset, isControl }: RecordBatch): boolean {
    if (producerId < 0) return false;
    const entry = this.#parts.producer(producerId);
    if (entry === undefined) return false;
    const last = entry.batches.at(-1);
    if (last !== undefined) return lastOffset === last.lastOffset;
    return isControl && producerEpoch === entry.producerEpoch;
  }

  /** It says where the clean part ends. */
  #isLastOfCleaning({ lastOffset }: RecordBatch): boolean {
    const { endOffset, switches } = this.#parts;
    return lastOffset + 1 === endOffset && !switches.lastBatchMayGo;
  }
}

function isTombstone({ value }: LogRecord): boolean {
  return value === null;
}
