import { type TopicPartition } from '../../topic-partition.ts';
import {
  type AssignableGroup,
  type Assignments,
  comparePartitions,
  type RackedPartition,
} from './assignable-group.ts';
import { TopicRanges } from './topic-ranges.ts';

/**
 * Of each topic a range of partitions to every subscriber, the first ones get one more; with racks,
 * partitions first go to subscribers in a rack of one of their replicas (`RangeAssignor`, KIP-881).
 */
export function assignRanges({ members, partitions }: AssignableGroup): Assignments {
  const topics = [...partitions].map(([topic, ofTopic]) => {
    return new TopicRanges(
      ofTopic,
      members.filter((member) => member.topics.includes(topic)),
    );
  });
  const assignment = new RangeAssignment(members.map((member) => member.memberId));
  const isRackAware = topics.some((topic) => topic.needsRackAwareness);
  if (isRackAware) assignment.matchRacks(topics);
  for (const topic of topics) assignment.assignTopic(topic, () => true);
  return isRackAware ? assignment.sorted() : assignment.partitions;
}

class RangeAssignment {
  readonly partitions = new Map<string, TopicPartition[]>();

  constructor(members: readonly string[]) {
    for (const member of members) this.partitions.set(member, []);
  }

  assignTopic(
    topic: TopicRanges,
    mayAssign: (consumer: string, partition: RackedPartition) => boolean,
  ): void {
    for (const consumer of topic.consumers) {
      const assignable = topic.unassigned.filter((partition) => mayAssign(consumer, partition));
      this.#assign(consumer, topic, assignable.slice(0, topic.room(consumer)));
    }
  }

  /** Topics with the same subscribers and as many partitions stay co-partitioned. */
  matchRacks(topics: readonly TopicRanges[]): void {
    const alike = new Map<string, TopicRanges[]>();
    for (const topic of topics) {
      const key = JSON.stringify([topic.partitions.length, ...topic.consumers]);
      const others = alike.get(key);
      if (others === undefined) alike.set(key, [topic]);
      else others.push(topic);
    }
    for (const group of alike.values()) {
      const [first, second] = group;
      if (first === undefined) continue;
      if (second !== undefined) this.#matchRacksTogether(first, group);
      else if (first.needsRackAwareness) {
        this.assignTopic(first, (consumer, partition) => first.racksMatch(consumer, partition));
      }
    }
  }

  sorted(): Assignments {
    for (const ofMember of this.partitions.values()) ofMember.sort(comparePartitions);
    return this.partitions;
  }

  /** One partition number after the other goes, in all topics, to the first consumer that matches in all. */
  #matchRacksTogether(
    { consumers, partitions }: TopicRanges,
    topics: readonly TopicRanges[],
  ): void {
    const remaining = new Set(consumers);
    for (const { partition } of partitions) {
      const matches = (consumer: string): boolean =>
        topics.every((topic) => {
          const candidate = topic.partitions[partition];
          return (
            candidate !== undefined &&
            topic.racksMatch(consumer, candidate) &&
            topic.room(consumer) > 0
          );
        });
      const consumer = [...remaining].find(matches);
      if (consumer === undefined) continue;
      for (const topic of topics) {
        this.#assign(consumer, topic, topic.partitions.slice(partition, partition + 1));
      }
      if (topics.every((topic) => topic.room(consumer) === 0)) remaining.delete(consumer);
    }
  }

  #assign(consumer: string, topic: TopicRanges, partitions: readonly RackedPartition[]): void {
    if (partitions.length === 0) return;
    this.partitions.get(consumer)?.push(...partitions);
    topic.markAssigned(consumer, partitions);
  }
}
