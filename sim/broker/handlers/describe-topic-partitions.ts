import { compareTexts } from '../../protocol/compare-texts.ts';
import { present } from '../../kernel/assert.ts';
import { Api } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type DescribeTopicPartitionsRequest } from '../../protocol/messages/describe-topic-partitions-request.ts';
import {
  type Cursor,
  type DescribeTopicPartitionsResponse,
  type DescribeTopicPartitionsResponsePartition,
  type DescribeTopicPartitionsResponseTopic,
} from '../../protocol/messages/describe-topic-partitions-response.ts';
import { isInternalTopic, topicNameProblem } from '../../protocol/topic-name.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { type MetadataImage, type TopicImage } from '../metadata/metadata-image.ts';
import { noLeader } from '../metadata/partition-registration.ts';
import { type Exchange } from '../server/request-server.ts';
import { allOperationsOn, notAsked } from './authorized-operations.ts';

/**
 * Answers DescribeTopicPartitions, which shows eligible leader replicas and comes in pages (KIP-966,
 * `DescribeTopicPartitionsRequestHandler`).
 * @param maxPartitions `max.request.partition.size.limit`
 */
export function describeTopicPartitions(
  exchange: Exchange,
  request: DescribeTopicPartitionsRequest,
  image: MetadataImage,
  maxPartitions: number,
): void {
  const { cursor, topics } = request;
  const isListed = topics.length === 0 || topics.some(({ name }) => name === cursor?.topicName);
  const isRefused = cursor !== null && (!isListed || cursor.partitionIndex < 0);
  exchange.respond(
    Api.describeTopicPartitions,
    isRefused ? invalidRequest(request) : describe(request, image, maxPartitions),
  );
}

/** The topics in order of their names, from where the cursor stands to where the page is full. */
function describe(
  { topics: asked, cursor, responsePartitionLimit }: DescribeTopicPartitionsRequest,
  image: MetadataImage,
  maxPartitions: number,
): DescribeTopicPartitionsResponse {
  const isAllTopics = asked.length === 0;
  const from = cursor?.topicName ?? '';
  const names = isAllTopics ? image.topicsByName.keys() : asked.map(({ name }) => name);
  const ordered = [...new Set(names)].filter((name) => name >= from).sort(compareTexts);
  let remaining = Math.max(Math.min(maxPartitions, responsePartitionLimit), 1);
  const topics: DescribeTopicPartitionsResponseTopic[] = [];
  for (const name of ordered) {
    if (remaining === 0) return answer(topics, { topicName: name, partitionIndex: 0 });
    const topic = image.topicsByName.get(name);
    if (topic === undefined) {
      topics.push(emptyTopic(name, errorOfMissing(name), allOperationsOn.topic));
      continue;
    }
    const start = name === cursor?.topicName ? cursor.partitionIndex : 0;
    const described = describeTopic(image, topic, start, start + remaining);
    topics.push(described);
    remaining -= described.partitions.length;
    const end = start + described.partitions.length;
    if (end < topic.partitions.length) {
      return answer(topics, { topicName: name, partitionIndex: end });
    }
  }
  return answer(topics, null);
}

function answer(
  topics: readonly DescribeTopicPartitionsResponseTopic[],
  nextCursor: Cursor | null,
): DescribeTopicPartitionsResponse {
  return { throttleTimeMs: 0, topics, nextCursor };
}

function describeTopic(
  image: MetadataImage,
  topic: TopicImage,
  start: number,
  end: number,
): DescribeTopicPartitionsResponseTopic {
  return {
    errorCode: 'NONE',
    name: topic.name,
    topicId: topic.topicId,
    isInternal: topic.isInternal,
    partitions: topic.partitions
      .slice(start, end)
      .map((_, index) => describePartition(image, topic, start + index)),
    topicAuthorizedOperations: allOperationsOn.topic,
  };
}

function describePartition(
  image: MetadataImage,
  { name }: TopicImage,
  partitionIndex: number,
): DescribeTopicPartitionsResponsePartition {
  const registration = present(image.partition(name, partitionIndex), 'a described partition');
  const { leader, leaderEpoch, replicas, isr, elr, lastKnownElr } = registration;
  return {
    errorCode: 'NONE',
    partitionIndex,
    leaderId: image.endpointOf(leader) === undefined ? noLeader : leader,
    leaderEpoch,
    replicaNodes: replicas,
    isrNodes: isr,
    eligibleLeaderReplicas: elr,
    lastKnownElr,
    offlineReplicas: replicas.filter((id) => image.aliveBrokerEpoch(id) === -1),
  };
}

function errorOfMissing(name: string): ErrorName {
  return topicNameProblem(name) === undefined
    ? 'UNKNOWN_TOPIC_OR_PARTITION'
    : 'INVALID_TOPIC_EXCEPTION';
}

function emptyTopic(
  name: string,
  errorCode: ErrorName,
  topicAuthorizedOperations: number,
): DescribeTopicPartitionsResponseTopic {
  return {
    errorCode,
    name,
    topicId: zeroUuid,
    isInternal: isInternalTopic(name),
    partitions: [],
    topicAuthorizedOperations,
  };
}

function invalidRequest({
  topics,
}: DescribeTopicPartitionsRequest): DescribeTopicPartitionsResponse {
  return answer(
    topics.map(({ name }) => ({
      ...emptyTopic(name, 'INVALID_REQUEST', notAsked),
      isInternal: false,
    })),
    null,
  );
}
