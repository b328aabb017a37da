import { type StoredTransaction } from '../../sim/protocol/coordinator-record.ts';
import {
  isCoordinatorData,
  isTransactionData,
  type Offset,
  type RecordBatch,
  type TxnUid,
} from '../../sim/protocol/record-batch.ts';
import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { type Handlers, type Instant } from '../invariant.ts';
import { type PartitionTruth } from './partition-truth.ts';
import { type ReplicaTruth } from './replica-truth.ts';
import { isSameBatch } from './same-batch.ts';
import {
  markerResult,
  partitionNames,
  resultOf,
  type TransactionResult,
  TransactionTruth,
  type WrittenDecision,
} from './transaction-truth.ts';

/**
 * Every transaction that something may still be asked about. One is forgotten when it is complete and
 * its markers lie below the start of every log.
 */
export class TransactionLedger {
  readonly #byUid = new Map<TxnUid, TransactionTruth>();
  /** The latest that each session has begun. */
  readonly #ofSession = new Map<string, TransactionTruth>();
  readonly handlers: Handlers = {
    coordinatorAppended: ({ batch }, _moment, partition) => {
      if (partition.coordinates === 'transactions') this.#written(batch, partition);
    },
    transactionBegun: (fact, { node, at }) => {
      this.#begin(fact, node, at);
    },
    transactionEndAttempted: ({ txnUid, isCommit }) => {
      this.find(txnUid)?.asked.add(isCommit ? 'commit' : 'abort');
    },
    transactionAbandoned: ({ txnUid }) => {
      this.find(txnUid)?.asked.add('abort');
    },
    transactionTimedOut: ({ txnUid }) => {
      this.#cutShort(txnUid);
    },
    producerFenced: ({ txnUid }) => {
      this.#cutShort(txnUid);
    },
    endTxnAnswered: ({ requestTxnUid, isCommit, error }) => {
      const transaction = error === 'NONE' ? this.find(requestTxnUid) : undefined;
      if (transaction !== undefined) transaction.reported = isCommit ? 'commit' : 'abort';
    },
  };

  /** Undefined for what belongs to no transaction, or to one that no model client began. */
  find(uid: TxnUid): TransactionTruth | undefined {
    return uid < 0 ? undefined : this.#byUid.get(uid);
  }

  all(): IterableIterator<TransactionTruth> {
    return this.#byUid.values();
  }

  latestOf(session: string): TransactionTruth | undefined {
    return this.#ofSession.get(session);
  }

  /** The leader of `replica` has appended records or a marker of a transaction. */
  appended(
    batch: RecordBatch,
    partition: PartitionTruth,
    replica: ReplicaTruth,
    at: Instant,
  ): void {
    const { name } = partition;
    const transaction = this.find(batch.txnUid);
    if (transaction === undefined) return;
    if (!batch.isControl) {
      transaction.written.add(name);
      return;
    }
    const record = batch.records[0];
    const result = record === undefined ? null : markerResult(record);
    if (result === null) return;
    if (transaction.outcome !== result) this.#actedOn(transaction, result, at);
    // What a deposed leader writes takes no place of what its successor has written.
    if (transaction.markers.has(name) && partition.isDeposed(replica)) return;
    transaction.markers.set(name, { offset: batch.baseOffset, result });
  }

  #cutShort(uid: TxnUid): void {
    const transaction = this.find(uid);
    if (transaction !== undefined) transaction.isCutShort = true;
  }

  /** A transaction coordinator has written a record, which may not be durable yet. */
  #written(batch: RecordBatch, home: PartitionTruth): void {
    for (const { data } of batch.records) {
      if (data === null || !isTransactionData(data) || data.value === null) continue;
      const transaction = this.find(data.value.txnUid);
      if (transaction === undefined) continue;
      for (const name of partitionNames(data.value)) transaction.named.add(name);
      const { value } = data;
      const isDecision = value.state === 'PrepareCommit' || value.state === 'PrepareAbort';
      if (isDecision) transaction.decisions.push({ value, batch, home });
    }
  }

  /** A record of a transaction coordinator has become durable. */
  stored(value: StoredTransaction, home: PartitionTruth, at: Instant): void {
    const transaction = this.find(value.txnUid);
    if (transaction === undefined) return;
    transaction.timeoutMs = value.timeoutMs;
    transaction.home = home;
    const isComplete = value.state === 'CompleteCommit' || value.state === 'CompleteAbort';
    if (!isComplete) transaction.registered = new Set(partitionNames(value));
    const result = resultOf(value.state);
    if (result === null) return;
    if (transaction.outcome === null || !transaction.isSeen) {
      transaction.outcome = result;
      transaction.decidedAt = at;
    } else if (transaction.outcome !== result) {
      transaction.isContradicted = true;
    }
    if (isComplete) {
      transaction.isComplete = true;
      this.#settle(transaction);
    }
  }

  /**
   * A coordinator ends the transaction. One that has loaded does so for every decision in its log, also
   * above the high watermark (`TransactionStateManager.loadTransactionMetadata`).
   */
  #actedOn(transaction: TransactionTruth, result: TransactionResult, at: Instant): void {
    const loaded = transaction.decisions.findLast((decision) => isLoaded(decision));
    if (loaded === undefined || resultOf(loaded.value.state) !== result) return;
    this.stored(loaded.value, loaded.home, at);
  }

  /** Offsets of groups that a transaction has sent have become durable. */
  staged({ txnUid, records }: RecordBatch): void {
    const transaction = this.find(txnUid);
    if (transaction === undefined) return;
    for (const { data } of records) {
      if (data === null || !isCoordinatorData(data) || data.type !== 'OffsetCommit') continue;
      const { groupId, topic, partition, value } = data;
      const mine = transaction.staged.get(groupId) ?? new Map<PartitionName, Offset>();
      transaction.staged.set(groupId, mine);
      mine.set(`${topic}-${partition}`, value?.offset ?? -1);
    }
  }

  /** No log holds these batches any more. */
  forget(dropped: readonly RecordBatch[], { name }: PartitionTruth): void {
    for (const { isControl, txnUid } of dropped) {
      const transaction = isControl ? this.find(txnUid) : undefined;
      if (transaction === undefined) continue;
      transaction.markers.delete(name);
      this.#settle(transaction);
    }
  }

  #begin(fact: FactOf<'transactionBegun'>, node: string, at: Instant): void {
    const transaction = new TransactionTruth(fact, node, at);
    const former = this.#ofSession.get(fact.session);
    this.#byUid.set(fact.txnUid, transaction);
    this.#ofSession.set(fact.session, transaction);
    if (former !== undefined) this.#settle(former);
  }

  #settle(transaction: TransactionTruth): void {
    const { uid, session, isForgettable } = transaction;
    if (isForgettable && this.#ofSession.get(session) !== transaction) this.#byUid.delete(uid);
  }
}

/** Whether the present coordinator has read the decision when it loaded. */
function isLoaded({ home, batch }: WrittenDecision): boolean {
  const { coordinator } = home;
  if (coordinator === null || batch.baseOffset >= coordinator.loadedTo) return false;
  const read = home.replica(coordinator.broker).log.find(batch.baseOffset);
  return read !== undefined && isSameBatch(read, batch);
}
