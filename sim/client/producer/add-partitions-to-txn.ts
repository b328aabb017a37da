import { Api, type Response } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { javaSetOrder } from '../../protocol/java-hash.ts';
import { type AddPartitionsToTxnRequest } from '../../protocol/messages/add-partitions-to-txn-request.ts';
import { type AddPartitionsToTxnTopicResult } from '../../protocol/messages/add-partitions-to-txn-response.ts';
import { type ResponseHandler } from '../in-flight-request.ts';
import { javaPartitionOrder } from '../java-partition-order.ts';
import { type NetworkClient } from '../network-client.ts';
import { groupByTopic, topicPartition, type TopicPartition } from '../topic-partition.ts';
import { reactionTo, transactionReactions } from './error-reactions.ts';
import { requestPriority } from './pending-request.ts';
import { type TransactionManager } from './transaction-manager.ts';
import { TransactionalRequest } from './transactional-request.ts';

/** The newest version that clients may use. */
const newestOfClients = 3;

/** While the coordinator completes the transaction before, the first request of the next one is soon repeated. */
const concurrentBackoffMs = 20;

/** Adds partitions to a transaction of version 1, before records are sent to them. */
export class AddPartitionsToTxn extends TransactionalRequest {
  readonly priority = requestPriority.addPartitionsOrOffsets;
  readonly #body: AddPartitionsToTxnRequest;
  #isSoonRepeated = false;

  constructor(manager: TransactionManager, partitions: readonly TopicPartition[]) {
    super(manager);
    const { producerId, epoch } = manager.sequences.producer;
    const byTopic = groupByTopic(partitions, ({ topic }) => topic);
    this.#body = {
      transactions: [],
      v3AndBelowTransactionalId: manager.coordinatorKey?.key ?? '',
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: epoch,
      v3AndBelowTopics: javaSetOrder([...byTopic.keys()]).map((name) => ({
        name,
        partitions: (byTopic.get(name) ?? []).map(({ partition }) => partition),
      })),
      txnUid: manager.txnUid,
    };
  }

  override get retryBackoffMs(): number {
    const { retryBackoffMs } = this.manager;
    return this.#isSoonRepeated ? Math.min(retryBackoffMs, concurrentBackoffMs) : retryBackoffMs;
  }

  send(network: NetworkClient, nodeId: number, handler: ResponseHandler, nowMs: number): void {
    const options = { handler, maxVersion: newestOfClients };
    network.send(nodeId, Api.addPartitionsToTxn, this.#body, options, nowMs);
  }

  answered(response: Response): void {
    if (response.apiKey !== Api.addPartitionsToTxn) return;
    const results = resultsOf(response.body.resultsByTopicV3AndBelow);
    this.#isSoonRepeated = false;
    let isUnauthorized = false;
    let hasFailed = false;
    for (const { error } of results) {
      if (error === 'NONE') continue;
      const reaction = reactionTo(error, transactionReactions);
      if (error === 'TOPIC_AUTHORIZATION_FAILED') isUnauthorized = true;
      else if (reaction === 'unexpected') hasFailed = true;
      else {
        // Only the first of a transaction: the one before is still being completed.
        if (error === 'CONCURRENT_TRANSACTIONS') {
          this.#isSoonRepeated = this.manager.partitions.isEmpty;
        }
        this.react(reaction, error);
        return;
      }
    }
    this.manager.partitions.answered(results);
    if (isUnauthorized) this.abortableError('TopicAuthorizationException');
    else if (hasFailed) this.abortableError('KafkaException');
    else {
      for (const result of results) this.manager.addToTransaction(result);
      this.done();
    }
  }
}

interface PartitionResult extends TopicPartition {
  readonly error: ErrorName;
}

/** In the order in which Java comes upon them. */
function resultsOf(topics: readonly AddPartitionsToTxnTopicResult[]): readonly PartitionResult[] {
  const results = topics.flatMap(({ name, resultsByPartition }) =>
    resultsByPartition.map(({ partitionIndex, partitionErrorCode: error }) => ({
      ...topicPartition(name, partitionIndex),
      error,
    })),
  );
  return javaPartitionOrder(results);
}
