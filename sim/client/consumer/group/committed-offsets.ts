import { type OffsetFetchRequest } from '../../../protocol/messages/offset-fetch-request.ts';
import { type OffsetFetchResponse } from '../../../protocol/messages/offset-fetch-response.ts';
import { zeroUuid } from '../../../protocol/uuid.ts';
import { type PartitionName } from '../../../trace.ts';
import { groupByTopic, type TopicPartition, topicPartition } from '../../topic-partition.ts';
import { type Outcome } from './group-coordinator.ts';
import { type GroupOffset } from './group-offset.ts';

/** Asks what a group has committed for these partitions; offsets of open transactions are waited for. */
export function committedRequest(
  groupId: string,
  partitions: readonly TopicPartition[],
): OffsetFetchRequest {
  const topics = [...groupByTopic(partitions, ({ topic }) => topic)].map(([name, asked]) => ({
    name,
    topicId: zeroUuid,
    partitionIndexes: asked.map(({ partition }) => partition),
  }));
  return {
    // Since version 8 the groups are a list; these two are for older ones.
    groupId: '',
    topics: null,
    groups: [{ groupId, memberId: null, memberEpoch: -1, topics }],
    requireStable: true,
  };
}

/** `ConsumerCoordinator.OffsetFetchResponseHandler`, for an answer without an error of the group. */
export function readCommitted({ groups }: OffsetFetchResponse): Outcome<readonly GroupOffset[]> {
  const committed: GroupOffset[] = [];
  const unauthorized: PartitionName[] = [];
  let isUnstable = false;
  for (const { name, partitions } of groups[0]?.topics ?? []) {
    for (const answer of partitions) {
      const partition = topicPartition(name, answer.partitionIndex);
      const { errorCode, committedOffset: offset, committedLeaderEpoch: leaderEpoch } = answer;
      if (errorCode === 'NONE') committed.push({ partition, offset, leaderEpoch });
      else if (errorCode === 'TOPIC_AUTHORIZATION_FAILED') unauthorized.push(partition.name);
      else if (errorCode === 'UNSTABLE_OFFSET_COMMIT') isUnstable = true;
      else return { name: 'KafkaException', partitions: [partition.name] };
    }
  }
  if (unauthorized.length > 0) {
    return { name: 'TopicAuthorizationException', partitions: unauthorized };
  }
  return isUnstable ? 'retry' : committed;
}
