import { compareTexts } from '../../../protocol/compare-texts.ts';
import {
  assignmentBytes,
  type ProtocolPartitions,
  readAssignment,
  readSubscription,
  subscriptionBytes,
} from '../../../protocol/consumer-protocol.ts';
import { type Bytes } from '../../../protocol/record-batch.ts';
import { groupByTopic, type TopicPartition, topicPartition } from '../../topic-partition.ts';
import { comparePartitions, type Subscription } from './assignable-group.ts';

/** What a member sends with JoinGroup for one assignor (`ConsumerProtocol.serializeSubscription`). */
export function metadataOf(
  subscription: Omit<Subscription, 'memberId' | 'groupInstanceId'>,
): Bytes {
  const { topics, ownedPartitions, generationId, rackId, userData } = subscription;
  return subscriptionBytes({
    topics: topics.toSorted(compareTexts),
    userData,
    ownedPartitions: listsOf(ownedPartitions.toSorted(comparePartitions)),
    generationId: generationId ?? -1,
    rackId,
  });
}

/**
 * What the leader reads of a member.
 * @throws {MalformedBytesError} If the metadata is no subscription.
 */
export function subscriptionOf(
  { memberId, groupInstanceId }: Pick<Subscription, 'memberId' | 'groupInstanceId'>,
  metadata: Bytes,
): Subscription {
  const { topics, ownedPartitions, generationId, rackId, userData } = readSubscription(metadata);
  return {
    memberId,
    groupInstanceId,
    topics,
    ownedPartitions: partitionsOf(ownedPartitions),
    generationId: generationId < 0 ? null : generationId,
    rackId,
    userData,
  };
}

/** What the leader sends with SyncGroup for a member (`ConsumerProtocol.serializeAssignment`). */
export function assignmentOf(partitions: readonly TopicPartition[]): Bytes {
  return assignmentBytes({ assignedPartitions: listsOf(partitions), userData: null });
}

/**
 * What a member reads of its assignment.
 * @throws {MalformedBytesError} If it is none.
 */
export function assignedPartitions(assignment: Bytes): TopicPartition[] {
  return partitionsOf(readAssignment(assignment).assignedPartitions);
}

function listsOf(partitions: readonly TopicPartition[]): ProtocolPartitions[] {
  return [...groupByTopic(partitions, ({ topic }) => topic)].map(([topic, ofTopic]) => {
    return { topic, partitions: ofTopic.map(({ partition }) => partition) };
  });
}

function partitionsOf(topics: readonly ProtocolPartitions[]): TopicPartition[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((partition) => topicPartition(topic, partition)),
  );
}
