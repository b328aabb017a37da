import { Api, type Response } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { javaSetOrder } from '../../protocol/java-hash.ts';
import { type TxnOffsetCommitRequest } from '../../protocol/messages/txn-offset-commit-request.ts';
import { type TxnOffsetCommitResponse } from '../../protocol/messages/txn-offset-commit-response.ts';
import { type GroupOffset } from '../consumer/group/group-offset.ts';
import { type ResponseHandler } from '../in-flight-request.ts';
import { javaPartitionOrder } from '../java-partition-order.ts';
import { type NetworkClient } from '../network-client.ts';
import { groupByTopic, topicPartition, type TopicPartition } from '../topic-partition.ts';
import { reactionTo, txnOffsetCommitReactions } from './error-reactions.ts';
import { requestPriority } from './pending-request.ts';
import { type CoordinatorKey } from './producer-coordinators.ts';
import { type TransactionManager } from './transaction-manager.ts';
import { type TransactionOffsets } from './transaction-offsets.ts';
import { type TransactionalResult } from './transactional-result.ts';
import { TransactionalRequest } from './transactional-request.ts';

/** The newest version for transactions of version 1. */
const newestOfVersion1 = 4;

/** Commits offsets of a group in the transaction. */
export class TxnOffsetCommit extends TransactionalRequest {
  readonly priority = requestPriority.addPartitionsOrOffsets;
  readonly #body: TxnOffsetCommitRequest;
  readonly #maxVersion: number;

  constructor(
    manager: TransactionManager,
    { offsets, group }: TransactionOffsets,
    result?: TransactionalResult,
  ) {
    super(manager, result);
    for (const offset of offsets) manager.pendingOffsets.set(offset.partition.name, offset);
    const { producerId, epoch: producerEpoch } = manager.sequences.producer;
    this.#maxVersion = manager.bumps.isVersion2 ? Infinity : newestOfVersion1;
    this.#body = {
      transactionalId: manager.coordinatorKey?.key ?? '',
      ...group,
      producerId,
      producerEpoch,
      topics: topicsOf([...manager.pendingOffsets.values()]),
      txnUid: manager.txnUid,
    };
  }

  override get coordinator(): CoordinatorKey {
    return { type: 'group', key: this.#body.groupId };
  }

  send(network: NetworkClient, nodeId: number, handler: ResponseHandler, nowMs: number): void {
    const options = { handler, maxVersion: this.#maxVersion };
    network.send(nodeId, Api.txnOffsetCommit, this.#body, options, nowMs);
  }

  answered(response: Response): void {
    if (response.apiKey !== Api.txnOffsetCommit) return;
    this.#takeErrors(errorsOf(response.body));
    const { pendingOffsets } = this.manager;
    if (this.result.isCompleted) pendingOffsets.clear();
    else if (pendingOffsets.size === 0) this.done();
    else this.manager.retry(this);
  }

  #takeErrors(errors: readonly PartitionError[]): void {
    let isLookedUp = false;
    for (const { name, error } of errors) {
      if (error === 'NONE') {
        this.manager.pendingOffsets.delete(name);
        continue;
      }
      const reaction = reactionTo(error, txnOffsetCommitReactions);
      if (reaction === 'lookUp') {
        if (!isLookedUp) this.manager.lookUp(this.coordinator);
        isLookedUp = true;
      } else if (reaction !== 'retry') {
        this.react(reaction, error);
        return;
      }
    }
  }
}

interface PartitionError extends TopicPartition {
  readonly error: ErrorName;
}

/** In the order in which Java comes upon them. */
function errorsOf({ topics }: TxnOffsetCommitResponse): readonly PartitionError[] {
  const errors = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, errorCode: error }) => ({
      ...topicPartition(name, partitionIndex),
      error,
    })),
  );
  return javaPartitionOrder(errors);
}

/** Topics and partitions in the order of Java. */
function topicsOf(offsets: readonly GroupOffset[]): TxnOffsetCommitRequest['topics'] {
  const ordered = javaPartitionOrder(
    offsets.map((offset) => ({ ...offset.partition, of: offset })),
  ).map(({ of }) => of);
  const byTopic = groupByTopic(ordered, ({ partition }) => partition.topic);
  return javaSetOrder([...byTopic.keys()]).map((name) => ({
    name,
    partitions: (byTopic.get(name) ?? []).map(({ partition, offset, leaderEpoch }) => ({
      partitionIndex: partition.partition,
      committedOffset: offset,
      committedLeaderEpoch: leaderEpoch,
      committedMetadata: '',
    })),
  }));
}
