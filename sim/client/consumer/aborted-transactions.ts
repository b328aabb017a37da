import { type AbortedTransaction } from '../../protocol/messages/fetch-response.ts';
import { type RecordBatch } from '../../protocol/record-batch.ts';

/**
 * Tells, batch by batch in the order of offsets, what a `read_committed` consumer must not see of one
 * fetched partition (`CompletedFetch`): a producer is in an aborted transaction from the first batch
 * that reaches the transaction's first offset until its abort marker.
 */
export class AbortedTransactions {
  /** By first offset. */
  readonly #transactions: readonly AbortedTransaction[];
  #next = 0;
  readonly #abortedProducerIds = new Set<number>();

  constructor(transactions: readonly AbortedTransaction[] | null) {
    this.#transactions = (transactions ?? []).toSorted(
      (one, other) => one.firstOffset - other.firstOffset,
    );
  }

  /** Whether the batch belongs to an aborted transaction. Each batch is to be asked for once. */
  includes(batch: RecordBatch): boolean {
    if (batch.producerId < 0) return false;
    this.#begin(batch.lastOffset);
    if (isAbortMarker(batch)) {
      this.#abortedProducerIds.delete(batch.producerId);
      return false;
    }
    return batch.isTransactional && this.#abortedProducerIds.has(batch.producerId);
  }

  /** Enters the transactions that begin at or before `offset`. */
  #begin(offset: number): void {
    for (;;) {
      const transaction = this.#transactions[this.#next];
      if (transaction === undefined || transaction.firstOffset > offset) return;
      this.#abortedProducerIds.add(transaction.producerId);
      this.#next += 1;
    }
  }
}

/** A marker whose record was compacted away marks nothing. */
function isAbortMarker(batch: RecordBatch): boolean {
  return batch.isControl && batch.records[0]?.data?.type === 'abort';
}
