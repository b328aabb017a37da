import { type RecordBatch } from '../../../protocol/record-batch.ts';
import { type AbortedTransactionEntry } from '../log-files.ts';

interface AbortedTransaction {
  readonly entry: AbortedTransactionEntry;
  /** Batches of it were still there. */
  wasSeen: boolean;
}

/**
 * Follows the transactions while a cleaner goes through a log from one batch to the next, and says
 * which batches may go (`CleanedTransactionMetadata`).
 */
export class TransactionRemains {
  /** Aborted transactions whose markers are kept: the index of what is left. */
  kept: AbortedTransactionEntry[] = [];
  readonly #committed = new Set<number>();
  readonly #aborted = new Map<number, AbortedTransaction>();
  /** By first offset, ascending: those that have not begun yet. */
  #ahead: AbortedTransactionEntry[] = [];

  add(entries: readonly AbortedTransactionEntry[]): void {
    if (entries.length === 0) return;
    this.#ahead = [...this.#ahead, ...entries].sort((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Whether the batch may go: its transaction was aborted, or it is the marker of an empty one. */
  mayGo(batch: RecordBatch): boolean {
    this.#begin(batch.lastOffset);
    return batch.isControl ? this.#mayMarkerGo(batch) : this.#mayDataGo(batch);
  }

  #mayDataGo({ isTransactional, producerId }: RecordBatch): boolean {
    if (!isTransactional) return false;
    const aborted = this.#aborted.get(producerId);
    if (aborted === undefined) {
      this.#committed.add(producerId);
      return false;
    }
    aborted.wasSeen = true;
    return true;
  }

  /** A marker stays as long as anything of its transaction was there when it was read. */
  #mayMarkerGo({ producerId, records }: RecordBatch): boolean {
    const type = records[0]?.data?.type;
    if (type === undefined) return true;
    if (type === 'commit') return !this.#committed.delete(producerId);
    if (type !== 'abort') return false;
    const aborted = this.#aborted.get(producerId);
    this.#aborted.delete(producerId);
    if (aborted?.wasSeen !== true) return true;
    this.kept.push(aborted.entry);
    return false;
  }

  #begin(lastOffset: number): void {
    let [next] = this.#ahead;
    while (next !== undefined && next.firstOffset <= lastOffset) {
      this.#ahead.shift();
      if (!this.#aborted.has(next.producerId)) {
        this.#aborted.set(next.producerId, { entry: next, wasSeen: false });
      }
      [next] = this.#ahead;
    }
  }
}
