import { type TxnUid } from '../../protocol/record-batch.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { AddOffsetsToTxn } from './add-offsets-to-txn.ts';
import { EndTxn } from './end-txn.ts';
import { type Thrown } from './exceptions.ts';
import { InitProducerId } from './init-producer-id.ts';
import { type Actor } from './producer-states.ts';
import { type TransactionManager } from './transaction-manager.ts';
import { type TransactionOffsets } from './transaction-offsets.ts';
import { type TransactionalResult } from './transactional-result.ts';
import { TxnOffsetCommit } from './txn-offset-commit.ts';

/** What to wait for; or what is thrown at once. */
export type Begun = TransactionalResult | Thrown;

/** What applications do with transactions, as far as it is done at once (`TransactionManager`). */
export class TransactionOperations {
  readonly #manager: TransactionManager;

  constructor(manager: TransactionManager) {
    this.#manager = manager;
  }

  initialize(): Begun {
    const manager = this.#manager;
    const earlier = manager.refusal ?? this.#notTransactional;
    if (earlier !== undefined) return earlier;
    const pending = manager.pendingCall.of('INITIALIZING');
    if (pending !== undefined) return pending;
    const refusal = manager.states.enter('INITIALIZING', 'application');
    if (refusal !== undefined) return refusal;
    const request = new InitProducerId(manager);
    manager.enqueue(request);
    manager.pendingCall.begin(request.result, 'INITIALIZING');
    return request.result;
  }

  /** @returns What is thrown. */
  begin(txnUid: TxnUid): Thrown | undefined {
    const manager = this.#manager;
    const refusal =
      this.#notTransactional ??
      manager.pendingCall.refusal() ??
      manager.refusal ??
      manager.states.enter('IN_TRANSACTION', 'application');
    if (refusal !== undefined) return refusal;
    manager.txnUid = txnUid;
    manager.mayBeCommitted = false;
    return undefined;
  }

  sendOffsets(offsets: TransactionOffsets): Begun {
    const manager = this.#manager;
    const { bumps, states } = manager;
    const refusal = this.#notTransactional ?? manager.pendingCall.refusal() ?? manager.refusal;
    if (refusal !== undefined) return refusal;
    if (states.current !== 'IN_TRANSACTION') return 'IllegalStateException';
    const request = bumps.isVersion2
      ? new TxnOffsetCommit(manager, offsets)
      : new AddOffsetsToTxn(manager, offsets);
    if (bumps.isVersion2) manager.hasStarted = true;
    manager.enqueue(request);
    return request.result;
  }

  commit(): Begun {
    const manager = this.#manager;
    const pending = this.#notTransactional ?? manager.pendingCall.of('COMMITTING_TRANSACTION');
    if (pending !== undefined) return pending;
    const refusal =
      manager.refusal ?? manager.states.enter('COMMITTING_TRANSACTION', 'application');
    return refusal ?? this.#complete(true);
  }

  abort(actor: Actor): Begun {
    const manager = this.#manager;
    const { states } = manager;
    const pending = this.#notTransactional ?? manager.pendingCall.of('ABORTING_TRANSACTION');
    if (pending !== undefined) return pending;
    const earlier = states.current === 'ABORTABLE_ERROR' ? undefined : manager.refusal;
    const refusal = earlier ?? states.enter('ABORTING_TRANSACTION', actor);
    if (refusal !== undefined) return refusal;
    manager.partitions.forgetFresh();
    return this.#complete(false);
  }

  /**
   * A record lies in a batch of the partition, which is to be part of the transaction.
   * @returns What `send` throws; the record may be sent all the same, with a later transaction.
   */
  addPartition(partition: TopicPartition): Thrown | undefined {
    const manager = this.#manager;
    const { partitions, sequences, states, bumps } = manager;
    const refusal = manager.refusal ?? manager.pendingCall.refusal();
    if (refusal !== undefined || !manager.isTransactional) return refusal;
    if (states.current !== 'IN_TRANSACTION') return 'IllegalStateException';
    if (bumps.isVersion2) {
      sequences.of(partition.name);
      manager.addToTransaction(partition);
    } else if (!partitions.isKnown(partition)) {
      sequences.of(partition.name);
      partitions.addFresh(partition);
    }
    return undefined;
  }

  /** A record was refused before it came into a batch. @returns What `send` throws on top of that. */
  sendFailed(exception: Thrown): Thrown | undefined {
    return this.#manager.recordFailed(exception, 'application');
  }

  get #notTransactional(): Thrown | undefined {
    return this.#manager.isTransactional ? undefined : 'IllegalStateException';
  }

  #complete(isCommit: boolean): TransactionalResult {
    const manager = this.#manager;
    manager.addPartitions();
    const endTxn = new EndTxn(manager, isCommit);
    // After EndTxn is made, so that the transaction ends with the version with which it has begun.
    manager.bumps.updateVersion(false);
    manager.enqueue(endTxn);
    const state = isCommit ? 'COMMITTING_TRANSACTION' : 'ABORTING_TRANSACTION';
    const last = manager.bumps.isRequired ? this.#bumpAfter() : endTxn;
    manager.pendingCall.begin(last.result, state);
    return last.result;
  }

  /** The next epoch, for the transactions that follow (KIP-360). */
  #bumpAfter(): InitProducerId {
    const bump = new InitProducerId(this.#manager, this.#manager.sequences.producer);
    this.#manager.enqueue(bump);
    return bump;
  }
}
