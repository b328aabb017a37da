import { type Context } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type TxnUid } from '../../protocol/record-batch.ts';
import { type Fact } from '../../trace.ts';
import { type Thrown } from './exceptions.ts';
import { type ProducerIdAndEpoch } from './producer-batch.ts';
import { type TransactionOffsets } from './transaction-offsets.ts';

/** How a call that ends a transaction has ended. */
export interface TransactionEnd {
  readonly txnUid: TxnUid;
  readonly isCommit: boolean;
  readonly thrown: Thrown | undefined;
  /** It cannot be that the transaction is committed, or will be. */
  readonly isNeverCommitted: boolean;
}

/** Tells what a producer does with transactions. */
export class TransactionFacts {
  readonly #context: Context<Frame, Fact>;
  readonly #session: string;
  readonly #transactionalId: string;

  /** `session` names the producer object. */
  constructor(context: Context<Frame, Fact>, session: string, transactionalId: string) {
    this.#context = context;
    this.#session = session;
    this.#transactionalId = transactionalId;
  }

  initialized({ producerId, epoch: producerEpoch }: ProducerIdAndEpoch): void {
    this.#context.record({
      kind: 'transactionsInitialized',
      session: this.#session,
      transactionalId: this.#transactionalId,
      producerId,
      producerEpoch,
    });
  }

  begun(txnUid: TxnUid): void {
    const session = this.#session;
    const transactionalId = this.#transactionalId;
    this.#context.record({ kind: 'transactionBegun', session, transactionalId, txnUid });
  }

  offsetsAttempted(txnUid: TxnUid, { offsets, group }: TransactionOffsets): void {
    this.#context.record({
      kind: 'transactionOffsetsAttempted',
      session: this.#session,
      txnUid,
      groupId: group.groupId,
      memberId: group.memberId,
      generation: group.generationId,
      offsets: offsets.map(({ partition, offset }) => ({ partition: partition.name, offset })),
    });
  }

  offsetsEnded(txnUid: TxnUid, { group }: TransactionOffsets, thrown: Thrown | undefined): void {
    const { groupId } = group;
    const session = this.#session;
    const error = thrown ?? null;
    this.#context.record({ kind: 'transactionOffsetsEnded', session, txnUid, groupId, error });
  }

  endAttempted(txnUid: TxnUid, isCommit: boolean): void {
    const session = this.#session;
    this.#context.record({ kind: 'transactionEndAttempted', session, txnUid, isCommit });
  }

  endReturned({ txnUid, isCommit, thrown, isNeverCommitted }: TransactionEnd): void {
    this.#context.record({
      kind: 'transactionEndReturned',
      session: this.#session,
      txnUid,
      isCommit,
      error: thrown ?? null,
      definite: thrown === undefined || isNeverCommitted,
    });
  }

  errorRaised(txnUid: TxnUid, error: Thrown, isFatal: boolean): void {
    const session = this.#session;
    this.#context.record({ kind: 'transactionalErrorRaised', session, txnUid, error, isFatal });
  }
}
