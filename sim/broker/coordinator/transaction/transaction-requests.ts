import { type Context } from '../../../kernel/process.ts';
import { Api, type Frame } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type AddOffsetsToTxnRequest } from '../../../protocol/messages/add-offsets-to-txn-request.ts';
import {
  type AddPartitionsToTxnRequest,
  type AddPartitionsToTxnTransaction,
} from '../../../protocol/messages/add-partitions-to-txn-request.ts';
import {
  type AddPartitionsToTxnPartitionResult,
  type AddPartitionsToTxnTopicResult,
} from '../../../protocol/messages/add-partitions-to-txn-response.ts';
import { type EndTxnRequest } from '../../../protocol/messages/end-txn-request.ts';
import { noTxnUid, type TxnUid } from '../../../protocol/record-batch.ts';
import { offsetsTopic } from '../../../protocol/topic-name.ts';
import { type Fact } from '../../../trace.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';
import { type Exchange } from '../../server/request-server.ts';
import { type GroupCoordinator } from '../group/group-coordinator.ts';
import { knownError } from './known-error.ts';
import { type AddRequest, type TransactionCoordinator } from './transaction-coordinator.ts';
import { nameOf } from './transaction-records.ts';
import { type TopicPartition } from './transaction-transit.ts';

export interface TransactionRequestParts {
  readonly context: Context<Frame, Fact>;
  readonly brokerId: number;
  readonly image: MetadataImage;
  readonly transactions: TransactionCoordinator;
  readonly groups: GroupCoordinator;
}

/** From here on clients know PRODUCER_FENCED. */
const firstVersionWithFenced = 2;
/** From here on AddPartitionsToTxn comes from brokers, for several transactions. */
const firstVersionFromBrokers = 4;
/** From here on EndTxn comes from clients that speak transactions v2. */
const firstVersionWithEpochBump = 5;
const oldTransactions = 0;
const newTransactions = 2;

/** Answers AddPartitionsToTxn, of a client or of leaders (`KafkaApis.handleAddPartitionsToTxnRequest`). */
export function addPartitionsToTxn(
  exchange: Exchange,
  request: AddPartitionsToTxnRequest,
  parts: TransactionRequestParts,
): void {
  const isFromBroker = exchange.request.apiVersion >= firstVersionFromBrokers;
  const asked = isFromBroker ? request.transactions : [onlyTransaction(request)];
  const results: AddedTransaction[] = [];
  let left = asked.length;
  const respond = (): void => {
    exchange.respond(Api.addPartitionsToTxn, {
      throttleTimeMs: 0,
      errorCode: 'NONE',
      resultsByTransaction: isFromBroker ? results : [],
      resultsByTopicV3AndBelow: isFromBroker ? [] : (results[0]?.topicResults ?? []),
    });
  };
  if (left === 0) respond();
  for (const [index, transaction] of asked.entries()) {
    addToTransaction(exchange, transaction, parts, (result) => {
      results[index] = result;
      left -= 1;
      if (left === 0) respond();
    });
  }
}

interface AddedTransaction {
  readonly transactionalId: string;
  readonly topicResults: readonly AddPartitionsToTxnTopicResult[];
}

function onlyTransaction(request: AddPartitionsToTxnRequest): AddPartitionsToTxnTransaction {
  return {
    transactionalId: request.v3AndBelowTransactionalId,
    producerId: request.v3AndBelowProducerId,
    producerEpoch: request.v3AndBelowProducerEpoch,
    verifyOnly: false,
    topics: request.v3AndBelowTopics,
    txnUid: request.txnUid ?? noTxnUid,
  };
}

function addToTransaction(
  exchange: Exchange,
  asked: AddPartitionsToTxnTransaction,
  parts: TransactionRequestParts,
  answer: (result: AddedTransaction) => void,
): void {
  const { transactionalId, producerId, producerEpoch, verifyOnly, txnUid = noTxnUid } = asked;
  const { apiVersion } = exchange.request;
  const partitions = asked.topics.flatMap(({ name: topic, partitions: numbers }) =>
    numbers.map((partition): TopicPartition => ({ topic, partition })),
  );
  const transactionVersion =
    apiVersion >= firstVersionFromBrokers ? newTransactions : oldTransactions;
  const add = {
    transactionalId,
    producerId,
    producerEpoch,
    partitions,
    transactionVersion,
    txnUid,
  };
  const conclude = (errors: readonly ErrorName[]): void => {
    recordAdded(parts, add, errors, verifyOnly);
    answer({ transactionalId, topicResults: byTopic(partitions, errors) });
  };
  const isThere = ({ topic, partition }: TopicPartition): boolean =>
    parts.image.partition(topic, partition) !== undefined;
  if (!partitions.every(isThere)) {
    conclude(
      partitions.map((partition) =>
        isThere(partition) ? 'OPERATION_NOT_ATTEMPTED' : 'UNKNOWN_TOPIC_OR_PARTITION',
      ),
    );
  } else if (verifyOnly) {
    conclude(parts.transactions.verifyPartitions(add));
  } else {
    parts.transactions.addPartitions(add, (error) => {
      const known = knownError(error, { apiVersion, firstVersion: firstVersionWithFenced });
      conclude(partitions.map(() => known));
    });
  }
}

function byTopic(
  partitions: readonly TopicPartition[],
  errors: readonly ErrorName[],
): AddPartitionsToTxnTopicResult[] {
  const topics = new Map<string, AddPartitionsToTxnPartitionResult[]>();
  for (const [index, { topic, partition }] of partitions.entries()) {
    const results = topics.get(topic) ?? [];
    topics.set(topic, results);
    results.push({
      partitionIndex: partition,
      partitionErrorCode: errors[index] ?? 'UNKNOWN_SERVER_ERROR',
    });
  }
  return [...topics].map(([name, resultsByPartition]) => ({ name, resultsByPartition }));
}

/** Answers AddOffsetsToTxn: the partition of the group's offsets belongs to the transaction now. */
export function addOffsetsToTxn(
  exchange: Exchange,
  request: AddOffsetsToTxnRequest,
  parts: TransactionRequestParts,
): void {
  const { transactionalId, producerId, producerEpoch, groupId, txnUid = noTxnUid } = request;
  const partitions = [{ topic: offsetsTopic, partition: parts.groups.partitionOf(groupId) }];
  const producer = { transactionalId, producerId, producerEpoch };
  const add = { ...producer, partitions, transactionVersion: oldTransactions, txnUid };
  parts.transactions.addPartitions(add, (error) => {
    const { apiVersion } = exchange.request;
    const errorCode = knownError(error, { apiVersion, firstVersion: firstVersionWithFenced });
    recordAdded(parts, add, [errorCode], false);
    exchange.respond(Api.addOffsetsToTxn, { throttleTimeMs: 0, errorCode });
  });
}

/** Answers EndTxn when the end is in the log; of transactions v2 with the next epoch. */
export function endTxn(
  exchange: Exchange,
  request: EndTxnRequest,
  { context, brokerId, transactions }: TransactionRequestParts,
): void {
  const { apiVersion } = exchange.request;
  const { transactionalId, committed: isCommit, txnUid = noTxnUid } = request;
  const { producerId, producerEpoch } = request;
  const isNew = apiVersion >= firstVersionWithEpochBump;
  const transactionVersion = isNew ? newTransactions : oldTransactions;
  const producer = { transactionalId, producerId, producerEpoch };
  const end = { ...producer, isCommit, transactionVersion, txnUid };
  transactions.endTransaction(end, (outcome) => {
    const firstVersion = firstVersionWithFenced;
    const error = knownError(outcome.error, { apiVersion, firstVersion });
    context.record({
      kind: 'endTxnAnswered',
      ...producer,
      broker: brokerId,
      isCommit,
      error,
      requestTxnUid: txnUid,
      currentTxnUid: error === 'NONE' ? currentTxnUid(transactions, transactionalId) : noTxnUid,
    });
    exchange.respond(Api.endTxn, {
      throttleTimeMs: 0,
      errorCode: error,
      producerId: outcome.producerId,
      producerEpoch: outcome.producerEpoch,
    });
  });
}

function recordAdded(
  { context, brokerId, transactions }: TransactionRequestParts,
  { transactionalId, producerId, producerEpoch, partitions, txnUid }: AddRequest,
  errors: readonly ErrorName[],
  isVerification: boolean,
): void {
  context.record({
    kind: 'transactionPartitionsAnswered',
    transactionalId,
    broker: brokerId,
    producerId,
    producerEpoch,
    partitions: partitions.map(nameOf),
    errors,
    isVerification,
    requestTxnUid: txnUid,
    currentTxnUid: currentTxnUid(transactions, transactionalId),
  });
}

/** Of the transaction that the coordinator has open, or has ended last. */
function currentTxnUid({ states }: TransactionCoordinator, transactionalId: string): TxnUid {
  const found = states.find(transactionalId);
  return typeof found === 'object' ? found.metadata.now.txnUid : noTxnUid;
}
