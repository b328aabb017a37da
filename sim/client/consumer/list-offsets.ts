import { type OffsetReset } from '../../protocol/config/offset-reset.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type ListOffsetsRequest } from '../../protocol/messages/list-offsets-request.ts';
import { type ListOffsetsResponse } from '../../protocol/messages/list-offsets-response.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type PartitionName } from '../../trace.ts';
import { groupByTopic, type TopicPartition, topicPartition } from '../topic-partition.ts';

/** Stand for offsets in ListOffsets, where a timestamp is expected. */
export const latestTimestamp = -1;
export const earliestTimestamp = -2;

/** What is looked for in one partition. */
export interface OffsetQuestion {
  readonly partition: TopicPartition;
  readonly timestamp: number;
  /** As far as the client knows. */
  readonly leaderEpoch: number;
}

export interface FoundOffset {
  readonly offset: Offset;
  readonly timestamp: number;
  readonly leaderEpoch: number;
}

/** What an answer says (`OffsetFetcherUtils.ListOffsetResult`). */
export interface ListedOffsets {
  /** Without the partitions that have no record so young. */
  readonly found: ReadonlyMap<PartitionName, FoundOffset>;
  readonly toRetry: readonly PartitionName[];
  /** If there are any, nothing of the answer is used. */
  readonly unauthorized: readonly PartitionName[];
}

/** What a reset asks for; by duration it counts back from the client's own clock (KIP-1106). */
export function resetTimestamp(strategy: OffsetReset, nowMs: number): number | undefined {
  switch (strategy.kind) {
    case 'earliest':
      return earliestTimestamp;
    case 'latest':
      return latestTimestamp;
    case 'byDuration':
      return nowMs - strategy.durationMs;
    case 'none':
      return undefined;
  }
}

export function listOffsetsRequest(
  questions: readonly OffsetQuestion[],
  isolationLevel: 'read_uncommitted' | 'read_committed',
  timeoutMs: number,
): ListOffsetsRequest {
  const topics = groupByTopic(questions, ({ partition }) => partition.topic);
  return {
    replicaId: -1,
    isolationLevel: isolationLevel === 'read_committed' ? 1 : 0,
    topics: [...topics].map(([name, asked]) => ({
      name,
      partitions: asked.map(({ partition, leaderEpoch, timestamp }) => ({
        partitionIndex: partition.partition,
        currentLeaderEpoch: leaderEpoch,
        timestamp,
      })),
    })),
    timeoutMs,
  };
}

/** No record is so young, or none has a timestamp at all. */
const foundNothing: ReadonlySet<ErrorName> = new Set(['NONE', 'UNSUPPORTED_FOR_MESSAGE_FORMAT']);

/** `OffsetFetcherUtils.handleListOffsetResponse`. */
export function readListOffsets(response: ListOffsetsResponse): ListedOffsets {
  const found = new Map<PartitionName, FoundOffset>();
  const toRetry: PartitionName[] = [];
  const unauthorized: PartitionName[] = [];
  for (const topic of response.topics) {
    for (const answer of topic.partitions) {
      const { name } = topicPartition(topic.name, answer.partitionIndex);
      const { errorCode, offset } = answer;
      if (errorCode === 'NONE' && offset >= 0) found.set(name, answer);
      else if (errorCode === 'TOPIC_AUTHORIZATION_FAILED') unauthorized.push(name);
      else if (!foundNothing.has(errorCode)) toRetry.push(name);
    }
  }
  return { found, toRetry, unauthorized };
}
