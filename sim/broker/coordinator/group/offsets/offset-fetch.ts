import {
  type OffsetFetchRequestGroup,
  type OffsetFetchRequestTopics,
} from '../../../../protocol/messages/offset-fetch-request.ts';
import {
  type OffsetFetchResponsePartitions,
  type OffsetFetchResponseTopics,
} from '../../../../protocol/messages/offset-fetch-response.ts';
import { zeroUuid } from '../../../../protocol/uuid.ts';
import { type GroupSwitches } from '../group-switches.ts';
import { type GroupOffsets } from './group-offsets.ts';
import { type CommittedOffset, type OffsetPlace } from './offset-place.ts';

/** Which state a fetch of offsets sees: the newest one, or what is committed. */
export type OffsetView = 'newest' | 'committed';

/**
 * The offsets that a group asks for, of some partitions or of all. Who asks for stable ones sees the
 * newest state, and not the offsets that an open transaction is about to change (KIP-447).
 */
export function fetchedOffsets(
  offsets: GroupOffsets,
  { groupId, topics }: OffsetFetchRequestGroup,
  view: OffsetView,
  switches: Pick<GroupSwitches, 'topicIdsAreIgnored' | 'unstableOffsetsAreTold'>,
): OffsetFetchResponseTopics[] {
  const { topicIdsAreIgnored, unstableOffsetsAreTold } = switches;
  const isNewest = view === 'newest';
  const isHidden = (place: OffsetPlace): boolean =>
    isNewest && !unstableOffsetsAreTold && offsets.isUnstable(groupId, place);
  const answerOf = (offset: CommittedOffset): OffsetFetchResponsePartitions =>
    isHidden(offset) ? unstableOffset(offset.partition) : offsetView(offset);
  if (topics === null) {
    return byTopic(
      isNewest ? offsets.ofGroup(groupId) : offsets.ofGroupCommitted(groupId),
      answerOf,
    );
  }
  return topics.map(({ name, topicId, partitionIndexes }) => ({
    name,
    topicId,
    partitions: partitionIndexes.map((partition) => {
      const place = { topic: name, partition };
      if (isHidden(place)) return unstableOffset(partition);
      const found = isNewest ? offsets.get(groupId, place) : offsets.getCommitted(groupId, place);
      const isOther = found !== undefined && !topicIdsAreIgnored && isOfOtherTopic(found, topicId);
      return found === undefined || isOther ? noOffset(partition) : offsetView(found);
    }),
  }));
}

/** The answer to a group of which nothing is known. */
export function noOffsets(
  topics: readonly OffsetFetchRequestTopics[],
): OffsetFetchResponseTopics[] {
  return topics.map(({ name, topicId, partitionIndexes }) => ({
    name,
    topicId,
    partitions: partitionIndexes.map(noOffset),
  }));
}

/** A topic that was deleted and made again is another, if both are known by their ids. */
function isOfOtherTopic({ topicId }: CommittedOffset, wanted: string): boolean {
  return topicId !== zeroUuid && wanted !== zeroUuid && topicId !== wanted;
}

function byTopic(
  all: readonly CommittedOffset[],
  answerOf: (offset: CommittedOffset) => OffsetFetchResponsePartitions,
): OffsetFetchResponseTopics[] {
  const topics = new Map<string, OffsetFetchResponsePartitions[]>();
  for (const offset of all) {
    const partitions = topics.get(offset.topic) ?? [];
    topics.set(offset.topic, partitions);
    partitions.push(answerOf(offset));
  }
  return [...topics].map(([name, partitions]) => ({ name, topicId: zeroUuid, partitions }));
}

function offsetView({
  partition,
  offset,
  leaderEpoch,
  metadata,
}: CommittedOffset): OffsetFetchResponsePartitions {
  return {
    partitionIndex: partition,
    committedOffset: offset,
    committedLeaderEpoch: leaderEpoch,
    metadata,
    errorCode: 'NONE',
  };
}

function noOffset(partitionIndex: number): OffsetFetchResponsePartitions {
  return {
    partitionIndex,
    committedOffset: -1,
    committedLeaderEpoch: -1,
    metadata: '',
    errorCode: 'NONE',
  };
}

function unstableOffset(partitionIndex: number): OffsetFetchResponsePartitions {
  return { ...noOffset(partitionIndex), errorCode: 'UNSTABLE_OFFSET_COMMIT' };
}
