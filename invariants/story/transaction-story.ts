import {
  type StoredOffset,
  type StoredTransaction,
  type TransactionData,
} from '../../sim/protocol/coordinator-record.ts';
import { type RecordBatch, type RecordId, type TxnUid } from '../../sim/protocol/record-batch.ts';
import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { type TransactionResult } from '../ground-truth/transaction-truth.ts';
import { type Partly } from './cluster-story.ts';
import {
  CoordinatedStory,
  offsetsPartition,
  recordWith,
  transactionsPartition,
} from './coordinated-story.ts';
import { recordOf, valueOf } from './records.ts';

export interface ToldProducer {
  readonly node: string;
  readonly session: string;
  readonly transactionalId: string;
  readonly producerId: number;
  producerEpoch: number;
  readonly sequences: Map<PartitionName, number>;
}

export interface ToldTransaction {
  readonly uid: TxnUid;
  readonly producer: ToldProducer;
  readonly partitions: PartitionName[];
  /** Of its records; its markers have the next one (KIP-890). */
  readonly producerEpoch: number;
}

/** A history of transactions of `transaction.version` 2. Each method tells what a healthy Kafka would. */
export class TransactionStory extends CoordinatedStory {
  #uids = 0;
  #recordIds = 0;

  /** A producer that has called `initTransactions()`. */
  producer(node = 'producer-1', producerId = 7, producerEpoch = 0): ToldProducer {
    const session = `${node}/0`;
    const transactionalId = 'payer';
    const producer: ToldProducer = {
      node,
      session,
      transactionalId,
      producerId,
      producerEpoch,
      sequences: new Map(),
    };
    this.store(transactionalId, { producerId, producerEpoch, state: 'Empty' });
    this.granted(producer);
    this.assigned(producer);
    this.tell(
      { kind: 'transactionsInitialized', session, transactionalId, producerId, producerEpoch },
      node,
    );
    return producer;
  }

  /** A coordinator gives the producer its id and epoch, in an answer that may not come. */
  granted(
    { transactionalId, producerId, producerEpoch }: ToldProducer,
    more: Partly<'initProducerIdAnswered'> = {},
  ): void {
    this.tell(
      {
        kind: 'initProducerIdAnswered',
        transactionalId,
        broker: 1,
        error: 'NONE',
        producerId,
        producerEpoch,
        isFirst: true,
        ...more,
      },
      'broker-1',
    );
  }

  assigned({ node, session, producerId, producerEpoch }: ToldProducer): void {
    const assigned = { session, producerId, producerEpoch, batchesInDoubt: 0 };
    this.tell({ kind: 'producerIdAssigned', ...assigned }, node);
  }

  /** The producer can do nothing more. */
  ended({ node, session }: ToldProducer, error: string): void {
    this.tell(
      { kind: 'transactionalErrorRaised', session, txnUid: -1, error, isFatal: true },
      node,
    );
  }

  begin(producer: ToldProducer = this.producer()): ToldTransaction {
    const txnUid = this.#uids;
    this.#uids += 1;
    const { session, transactionalId, node, producerEpoch } = producer;
    this.tell({ kind: 'transactionBegun', session, transactionalId, txnUid }, node);
    return { uid: txnUid, producer, partitions: [], producerEpoch };
  }

  /** The coordinator adds partitions to the transaction. */
  add(transaction: ToldTransaction, ...partitions: readonly PartitionName[]): void {
    transaction.partitions.push(...partitions);
    this.storeState(transaction, 'Ongoing');
  }

  /** Records of the transaction, sent, appended and acknowledged. */
  produce(
    transaction: ToldTransaction,
    partition: PartitionName = 'payments-0',
    more: Partial<RecordBatch> = {},
  ): RecordBatch {
    if (!transaction.partitions.includes(partition)) this.add(transaction, partition);
    return this.produceUnasked(transaction, partition, more);
  }

  /** The same, and the coordinator has not been asked. */
  produceUnasked(
    { uid, producer, producerEpoch }: ToldTransaction,
    partition: PartitionName = 'payments-0',
    more: Partial<RecordBatch> = {},
  ): RecordBatch {
    const recordId = this.send(producer, partition, uid);
    const { producerId, sequences, session, node } = producer;
    const baseSequence = sequences.get(partition) ?? 0;
    sequences.set(partition, baseSequence + 1);
    const batch = this.append(partition, {
      producerId,
      producerEpoch,
      baseSequence,
      isTransactional: true,
      txnUid: uid,
      records: [recordOf(recordId)],
      ...more,
    });
    const offset = batch.baseOffset;
    this.tell({ kind: 'sendAcked', session, recordId, partition, offset, acks: -1 }, node);
    return batch;
  }

  send({ session, node }: ToldProducer, partition: PartitionName, txnUid: TxnUid): RecordId {
    const recordId = this.#recordIds;
    this.#recordIds += 1;
    const topic = partition.slice(0, -2);
    const value = valueOf(recordId);
    this.tell({ kind: 'sendAttempted', session, recordId, topic, key: null, value, txnUid }, node);
    this.tell({ kind: 'sendAccumulated', session, recordId, partition }, node);
    return recordId;
  }

  /** The transaction stages an offset of a group. */
  stage(transaction: ToldTransaction, offset: number, groupId = 'billing'): RecordBatch {
    const { uid, producer, producerEpoch, partitions } = transaction;
    if (!partitions.includes(offsetsPartition)) this.add(transaction, offsetsPartition);
    this.sendOffset(transaction, offset, groupId);
    const batch = this.append(offsetsPartition, {
      producerId: producer.producerId,
      producerEpoch,
      isTransactional: true,
      txnUid: uid,
      records: [recordWith(storedOffset(groupId, 'orders-0', offset), 0)],
    });
    this.offsetTaken(transaction, groupId);
    return batch;
  }

  /** `sendOffsetsToTransaction()` is called. */
  sendOffset({ uid, producer }: ToldTransaction, offset: number, groupId = 'billing'): void {
    const offsets = [{ partition: 'orders-0', offset }];
    const member = { groupId, memberId: 'm-1', generation: 1 };
    this.tell(
      {
        kind: 'transactionOffsetsAttempted',
        session: producer.session,
        txnUid: uid,
        offsets,
        ...member,
      },
      producer.node,
    );
  }

  /** It returns without an exception. */
  offsetTaken({ uid, producer }: ToldTransaction, groupId = 'billing'): void {
    const { session, node } = producer;
    const kind = 'transactionOffsetsEnded';
    this.tell({ kind, session, txnUid: uid, groupId, error: null }, node);
  }

  /** The application asks for the end, it is decided and answered, and all of it is done. */
  settle(transaction: ToldTransaction, result: TransactionResult = 'commit'): void {
    this.decide(transaction, result);
    this.answered(transaction, result);
    this.returned(transaction, result);
    this.finish(transaction, result);
  }

  ask({ uid, producer }: ToldTransaction, result: TransactionResult): void {
    const isCommit = result === 'commit';
    const { session, node } = producer;
    this.tell({ kind: 'transactionEndAttempted', session, txnUid: uid, isCommit }, node);
  }

  /** The application asks for the end, and the coordinator's decision becomes durable. */
  decide(transaction: ToldTransaction, result: TransactionResult): void {
    this.ask(transaction, result);
    this.decideUnasked(transaction, result);
  }

  /** The coordinator decides on its own. */
  decideUnasked(transaction: ToldTransaction, result: TransactionResult): void {
    const state = result === 'commit' ? 'PrepareCommit' : 'PrepareAbort';
    this.storeState(transaction, state, { producerEpoch: transaction.producerEpoch + 1 });
  }

  /** The coordinator finds that the transaction takes too long. */
  timeOut({ uid: txnUid, producer }: ToldTransaction): void {
    const { transactionalId, producerId, producerEpoch } = producer;
    const timedOut = { transactionalId, broker: 1, producerId, producerEpoch, txnUid };
    this.tell({ kind: 'transactionTimedOut', ...timedOut }, 'broker-1');
  }

  /** Another producer asks for the id while the transaction is open. */
  fence({ uid: txnUid, producer }: ToldTransaction): void {
    const { transactionalId, producerId, producerEpoch } = producer;
    const fenced = { transactionalId, broker: 1, producerId, producerEpoch, txnUid };
    this.tell({ kind: 'producerFenced', ...fenced }, 'broker-1');
  }

  answered(
    { uid, producer, producerEpoch }: ToldTransaction,
    result: TransactionResult,
    more: Partly<'endTxnAnswered'> = {},
  ): void {
    const { transactionalId, producerId } = producer;
    this.tell(
      {
        kind: 'endTxnAnswered',
        transactionalId,
        broker: 1,
        producerId,
        producerEpoch,
        isCommit: result === 'commit',
        error: 'NONE',
        requestTxnUid: uid,
        currentTxnUid: uid,
        ...more,
      },
      'broker-1',
    );
  }

  returned(
    { uid, producer, producerEpoch }: ToldTransaction,
    result: TransactionResult,
    more: Partly<'transactionEndReturned'> = {},
  ): void {
    const { session, node } = producer;
    const isCommit = result === 'commit';
    const ended = { session, txnUid: uid, isCommit, error: null, definite: true };
    this.tell({ kind: 'transactionEndReturned', ...ended, ...more }, node);
    if (more.error !== undefined) return;
    producer.producerEpoch = producerEpoch + 1;
    producer.sequences.clear();
  }

  /** Markers everywhere, and the completion. */
  finish(transaction: ToldTransaction, result: TransactionResult): void {
    for (const partition of transaction.partitions) this.mark(transaction, partition, result);
    this.complete(transaction, result);
  }

  mark(
    { uid, producer, producerEpoch }: ToldTransaction,
    partition: PartitionName,
    result: TransactionResult,
    more: Partial<RecordBatch> = {},
  ): RecordBatch {
    return this.append(partition, {
      producerId: producer.producerId,
      producerEpoch: producerEpoch + 1,
      isTransactional: true,
      isControl: true,
      txnUid: uid,
      records: [recordWith({ type: result, coordinatorEpoch: 0 }, 0)],
      ...more,
    });
  }

  complete(transaction: ToldTransaction, result: TransactionResult): void {
    const { uid, producerEpoch } = transaction;
    this.store(transaction.producer.transactionalId, {
      producerId: transaction.producer.producerId,
      producerEpoch: producerEpoch + 1,
      state: result === 'commit' ? 'CompleteCommit' : 'CompleteAbort',
      txnUid: uid,
    });
  }

  storeState(
    { uid, producer, partitions, producerEpoch }: ToldTransaction,
    state: StoredTransaction['state'],
    more: Partial<StoredTransaction> = {},
  ): void {
    this.store(producer.transactionalId, {
      producerId: producer.producerId,
      producerEpoch,
      state,
      partitions: partitions.map(parsed),
      txnUid: uid,
      ...more,
    });
  }

  /** The coordinator writes a state of the transaction, which is not durable yet. */
  storeOnly(
    { uid: txnUid, producer, partitions, producerEpoch }: ToldTransaction,
    state: StoredTransaction['state'],
  ): void {
    const { transactionalId, producerId } = producer;
    const value = { producerId, producerEpoch, state, partitions: partitions.map(parsed), txnUid };
    this.writeOnly(transactionsPartition, stateOf(transactionalId, value));
  }

  store(transactionalId: string, value: ToldState): RecordBatch {
    return this.write(transactionsPartition, stateOf(transactionalId, value));
  }

  /** What a coordinator has in memory, if it has what it has written. */
  inspect(
    { uid, producer, partitions }: ToldTransaction,
    more: Omit<Partial<FactOf<'transactionInspected'>>, 'kind'>,
  ): void {
    const { transactionalId, producerId, producerEpoch } = producer;
    this.tell(
      {
        kind: 'transactionInspected',
        transactionalId,
        broker: 1,
        state: 'Ongoing',
        producerId,
        producerEpoch,
        partitions,
        txnUid: uid,
        ...more,
      },
      'broker-1',
    );
  }
}

type ToldState = Pick<StoredTransaction, 'producerId' | 'producerEpoch' | 'state'> &
  Partial<StoredTransaction>;

function stateOf(transactionalId: string, value: ToldState): TransactionData {
  return {
    type: 'TransactionMetadata',
    transactionalId,
    value: {
      previousProducerId: -1,
      nextProducerId: -1,
      timeoutMs: 60_000,
      partitions: [],
      lastUpdateTimestampMs: 0,
      startTimestampMs: 0,
      clientTransactionVersion: 2,
      txnUid: -1,
      ...value,
    },
  };
}

export function storedOffset(
  groupId: string,
  name: PartitionName,
  offset: number,
  more: Partial<StoredOffset> = {},
): Extract<Parameters<CoordinatedStory['write']>[1], { readonly type: 'OffsetCommit' }> {
  const { topic, partition } = parsed(name);
  return {
    type: 'OffsetCommit',
    groupId,
    topic,
    partition,
    value: {
      offset,
      leaderEpoch: -1,
      metadata: '',
      commitTimestampMs: 0,
      expireTimestampMs: -1,
      topicId: 'AAAAAAAAAAAAAAAAAAAAAA',
      ...more,
    },
  };
}

function parsed(name: PartitionName): StoredTransaction['partitions'][number] {
  const dash = name.lastIndexOf('-');
  return { topic: name.slice(0, dash), partition: Number(name.slice(dash + 1)) };
}
