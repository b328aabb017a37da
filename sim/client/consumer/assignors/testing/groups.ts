import fc from 'fast-check';
import { type TopicPartition } from '../../../topic-partition.ts';
import {
  assignableGroup,
  type AssignableGroup,
  type Assignments,
  comparePartitions,
  type Subscription,
  type TopicRacks,
} from '../assignable-group.ts';
import { cooperativeUserData, stickyUserData } from '../sticky-user-data.ts';

/** A member that has owned nothing yet. */
export function newMember(memberId: string, topics: readonly string[]): Subscription {
  return {
    memberId,
    groupInstanceId: null,
    topics,
    ownedPartitions: [],
    generationId: null,
    rackId: null,
    userData: null,
  };
}

/** Topics without racks, by their numbers of partitions. */
export function topicsOf(counts: Readonly<Record<string, number>>): TopicRacks {
  const entries = Object.entries(counts).map(([topic, count]) => {
    return [topic, Array.from({ length: count }, () => new Set<string>())] as const;
  });
  return new Map(entries);
}

/** The same members once they have got `assignments`. */
export function membersAfter(
  members: readonly Subscription[],
  assignments: Assignments,
  protocol: 'eager' | 'cooperative',
  generation = 1,
): Subscription[] {
  return members.map((member) => {
    const partitions = assignments.get(member.memberId) ?? [];
    const isCooperative = protocol === 'cooperative';
    return {
      ...member,
      ownedPartitions: isCooperative ? partitions : [],
      generationId: generation,
      userData: isCooperative
        ? cooperativeUserData(generation)
        : stickyUserData(partitions, generation),
    };
  });
}

/** Names of each member's partitions, in order. */
export function namesOf(assignments: Assignments): Record<string, string[]> {
  const entries = [...assignments].map(([member, partitions]) => {
    return [member, sortedNames(partitions)] as const;
  });
  return Object.fromEntries(entries);
}

/** Whether each partition that somebody subscribes to has exactly one owner, who subscribes to it. */
export function isWhole(group: AssignableGroup, assignments: Assignments): boolean {
  const assigned = [...assignments.values()].flat();
  const wanted = [...group.partitions.values()].flat();
  const isSubscribed = group.members.every(({ memberId, topics: subscribed }) =>
    (assignments.get(memberId) ?? []).every(({ topic }) => subscribed.includes(topic)),
  );
  return isSubscribed && sortedNames(assigned).join() === sortedNames(wanted).join();
}

function sortedNames(partitions: readonly TopicPartition[]): string[] {
  return partitions.toSorted(comparePartitions).map(({ name }) => name);
}

const topicNames = ['t0', 't1', 't2', 't3'];
const rackIds = ['r0', 'r1', 'r2'];

const topics: fc.Arbitrary<TopicRacks> = fc
  .tuple(...topicNames.map(() => fc.array(fc.subarray(rackIds), { maxLength: 7 })))
  .map((counts) => {
    const entries = counts.map((partitions, index) => {
      const racks = partitions.map((ids) => new Set(ids));
      return [topicNames[index] ?? '', racks] as const;
    });
    return new Map(entries);
  });

function membersOf(subscriptions: fc.Arbitrary<string[]>): fc.Arbitrary<Subscription[]> {
  const member = fc.record({
    rackId: fc.option(fc.constantFrom(...rackIds)),
    topics: subscriptions,
  });
  return fc
    .array(member, { minLength: 1, maxLength: 6 })
    .map((list) => list.map((parts, index) => ({ ...newMember(`m${index}`, []), ...parts })));
}

/** Topics and members that have owned nothing yet; each subscribes to some of the topics. */
export const anyTopicsAndMembers = fc.tuple(
  topics,
  membersOf(fc.subarray(topicNames, { minLength: 1 })),
);

/** Members that all subscribe to the same topics. */
export const anyTopicsAndLikeMembers = fc.tuple(topics, membersOf(fc.constant(topicNames)));

export const anyGroup: fc.Arbitrary<AssignableGroup> = anyTopicsAndMembers.map(([all, members]) =>
  assignableGroup(all, members),
);
