import { type OffsetForLeaderEpochRequest } from '../../protocol/messages/offset-for-leader-epoch-request.ts';
import {
  type EpochEndOffset,
  type OffsetForLeaderEpochResponse,
} from '../../protocol/messages/offset-for-leader-epoch-response.ts';
import { type PartitionName } from '../../trace.ts';
import { groupByTopic, type TopicPartition, topicPartition } from '../topic-partition.ts';
import { type FetchPosition } from './fetch-position.ts';

/** A position that is to be compared with the leader's log. */
export interface PositionQuestion {
  readonly partition: TopicPartition;
  readonly position: FetchPosition;
}

/** What an answer says (`OffsetsForLeaderEpochUtils.OffsetForEpochResult`). */
export interface EpochEnds {
  readonly ends: ReadonlyMap<PartitionName, EpochEndOffset>;
  readonly toRetry: readonly PartitionName[];
  /** If there are any, nothing of the answer is used. */
  readonly unauthorized: readonly PartitionName[];
}

/** Asks where the epochs of these positions end in the leader's log (KIP-320). */
export function epochEndRequest(
  questions: readonly PositionQuestion[],
): OffsetForLeaderEpochRequest {
  const topics = groupByTopic(questions, ({ partition }) => partition.topic);
  return {
    replicaId: -1,
    topics: [...topics].map(([topic, asked]) => ({
      topic,
      partitions: asked.map(({ partition, position }) => ({
        partition: partition.partition,
        currentLeaderEpoch: position.currentLeader.leaderEpoch,
        leaderEpoch: position.offsetEpoch,
      })),
    })),
  };
}

/** `OffsetsForLeaderEpochUtils.handleResponse`; what is not answered is asked for again. */
export function readEpochEnds(
  questions: readonly PositionQuestion[],
  response: OffsetForLeaderEpochResponse,
): EpochEnds {
  const ends = new Map<PartitionName, EpochEndOffset>();
  const toRetry = new Set(questions.map(({ partition }) => partition.name));
  const unauthorized: PartitionName[] = [];
  for (const { topic, partitions } of response.topics) {
    for (const end of partitions) {
      const { name } = topicPartition(topic, end.partition);
      if (!toRetry.has(name)) continue;
      if (end.errorCode === 'NONE') ends.set(name, end);
      else if (end.errorCode === 'TOPIC_AUTHORIZATION_FAILED') unauthorized.push(name);
      else continue;
      toRetry.delete(name);
    }
  }
  return { ends, toRetry: [...toRetry], unauthorized };
}
