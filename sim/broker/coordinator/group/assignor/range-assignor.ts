import { compareTexts } from '../../../../protocol/compare-texts.ts';
import { type Uuid } from '../../../../protocol/uuid.ts';
import {
  type GroupAssignment,
  type GroupSpec,
  type MemberSpec,
  type PartitionCountOf,
} from './group-spec.ts';

interface TopicRange {
  readonly partitionCount: number;
  subscriberCount: number;
  rangesGiven: number;
  next: number;
}

/** Of each topic a range of partitions to every subscriber; the first ones get one more (`RangeAssignor`). */
export function assignRanges(
  { members }: GroupSpec,
  partitionCountOf: PartitionCountOf,
): GroupAssignment {
  const topics = new Map<Uuid, TopicRange>();
  for (const { subscribedTopicIds } of members) {
    for (const topicId of subscribedTopicIds) {
      const partitionCount = partitionCountOf(topicId);
      if (partitionCount === undefined) {
        return { kind: 'refused', message: 'Member is subscribed to a non-existent topic' };
      }
      const topic = topics.get(topicId) ?? newRange(partitionCount);
      topic.subscriberCount += 1;
      topics.set(topicId, topic);
    }
  }

  const targets = new Map<string, Map<Uuid, ReadonlySet<number>>>();
  for (const { memberId, subscribedTopicIds } of members.toSorted(compareMembers)) {
    const target = new Map<Uuid, ReadonlySet<number>>();
    for (const topicId of subscribedTopicIds) {
      const topic = topics.get(topicId);
      const partitions = topic === undefined ? [] : nextRange(topic);
      if (partitions.length > 0) target.set(topicId, new Set(partitions));
    }
    targets.set(memberId, target);
  }
  return { kind: 'assigned', targets };
}

function newRange(partitionCount: number): TopicRange {
  return { partitionCount, subscriberCount: 0, rangesGiven: 0, next: 0 };
}

function nextRange(topic: TopicRange): readonly number[] {
  const { partitionCount, subscriberCount, next } = topic;
  const extra = topic.rangesGiven < partitionCount % subscriberCount ? 1 : 0;
  const length = Math.floor(partitionCount / subscriberCount) + extra;
  topic.rangesGiven += 1;
  topic.next += length;
  return Array.from({ length }, (_, index) => next + index);
}

/** Static members first, by instance; the others by member id. */
function compareMembers(one: MemberSpec, other: MemberSpec): number {
  if (one.instanceId === null && other.instanceId === null) {
    return compareTexts(one.memberId, other.memberId);
  }
  if (one.instanceId === null) return 1;
  if (other.instanceId === null) return -1;
  return compareTexts(one.instanceId, other.instanceId);
}
