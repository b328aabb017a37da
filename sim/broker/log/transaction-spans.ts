import { present } from '../../kernel/assert.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type LogPosition } from './log-position.ts';

/** A transaction in this partition (`TxnMetadata`). */
export interface TransactionSpan {
  readonly producerId: number;
  readonly first: LogPosition;
  /** Of its marker; -1 while it is open. */
  lastOffset: Offset;
}

/** A transaction that its marker has ended (`CompletedTxn`). */
export interface CompletedTransaction {
  readonly producerId: number;
  readonly firstOffset: Offset;
  /** Of the marker. */
  readonly lastOffset: Offset;
  readonly isAborted: boolean;
}

/** The transactions that hold the last stable offset back: open ones, and ended ones whose marker is not yet replicated. */
export class TransactionSpans {
  /** Both by first offset. */
  #ongoing: TransactionSpan[] = [];
  #unreplicated: TransactionSpan[] = [];

  get hasUnreplicated(): boolean {
    return this.#unreplicated.length > 0;
  }

  clear(): void {
    this.#ongoing = [];
    this.#unreplicated = [];
  }

  open(span: TransactionSpan): void {
    insert(this.#ongoing, span);
  }

  /** `isStable`: as if the marker were replicated already. */
  complete(transaction: CompletedTransaction, isStable = false): void {
    const index = this.#ongoing.findIndex((s) => s.first.offset === transaction.firstOffset);
    const span = present(this.#ongoing[index], 'the transaction that a marker ends');
    this.#ongoing.splice(index, 1);
    span.lastOffset = transaction.lastOffset;
    if (!isStable) insert(this.#unreplicated, span);
  }

  /** Everything below `offset` is replicated, or gone. */
  forgetEndedBelow(offset: Offset): void {
    if (this.#unreplicated.length === 0) return;
    this.#unreplicated = this.#unreplicated.filter(({ lastOffset }) => lastOffset >= offset);
  }

  /** Where the first of them begins; null if there is none. */
  firstUnstable(): LogPosition | null {
    const ongoing = this.#ongoing[0]?.first ?? null;
    const unreplicated = this.#unreplicated[0]?.first ?? null;
    if (ongoing === null || unreplicated === null) return ongoing ?? unreplicated;
    return ongoing.offset < unreplicated.offset ? ongoing : unreplicated;
  }

  /** Up to where everything is decided once `transaction` has ended. */
  lastStableOffsetAfter(transaction: CompletedTransaction): Offset {
    for (const { producerId, first } of this.#ongoing) {
      if (producerId !== transaction.producerId) return first.offset;
    }
    return transaction.lastOffset + 1;
  }
}

function insert(spans: TransactionSpan[], span: TransactionSpan): void {
  let index = spans.length;
  while (index > 0 && (spans[index - 1]?.first.offset ?? 0) > span.first.offset) index--;
  spans.splice(index, 0, span);
}
