import fc from 'fast-check';
import { type Uuid } from '../../../../../protocol/uuid.ts';
import {
  type GroupAssignment,
  type GroupSpec,
  type MemberSpec,
  type PartitionsByTopic,
} from '../group-spec.ts';

type Lists = Readonly<Record<Uuid, readonly number[]>>;

function partitionsOf(lists: Lists): PartitionsByTopic {
  return new Map(Object.entries(lists).map(([topicId, list]) => [topicId, new Set(list)]));
}

export function member(
  memberId: string,
  topics: readonly Uuid[],
  assigned: Lists = {},
): MemberSpec {
  const subscribedTopicIds = new Set(topics);
  return { memberId, instanceId: null, subscribedTopicIds, assigned: partitionsOf(assigned) };
}

/** Partitions of each member, in order; the message if there are none. */
export function listsOf(assignment: GroupAssignment): unknown {
  if (assignment.kind === 'refused') return assignment.message;
  const members = [...assignment.targets].map(([memberId, target]) => {
    const topics = [...target].map(([topicId, partitions]) => {
      return [topicId, [...partitions].toSorted((one, other) => one - other)] as const;
    });
    return [memberId, Object.fromEntries(topics)] as const;
  });
  return Object.fromEntries(members);
}

/** How many partitions each member has, in their order. */
export function loadsOf(assignment: GroupAssignment): number[] {
  if (assignment.kind === 'refused') return [];
  return [...assignment.targets.values()].map((target) =>
    [...target.values()].reduce((sum, partitions) => sum + partitions.size, 0),
  );
}

/** Each partition that somebody subscribes to once, all owned by subscribers. */
export function isWhole(
  { members }: GroupSpec,
  counts: ReadonlyMap<Uuid, number>,
  assignment: GroupAssignment,
): boolean {
  if (assignment.kind === 'refused') return false;
  const wanted = new Set(members.flatMap(({ subscribedTopicIds }) => [...subscribedTopicIds]));
  const seen = new Set<string>();
  let total = 0;
  for (const { memberId, subscribedTopicIds } of members) {
    for (const [topicId, partitions] of assignment.targets.get(memberId) ?? []) {
      if (!subscribedTopicIds.has(topicId)) return false;
      for (const partition of partitions) seen.add(`${topicId}-${partition}`);
      total += partitions.size;
    }
  }
  const expected = [...wanted].reduce((sum, topicId) => sum + (counts.get(topicId) ?? 0), 0);
  return total === expected && seen.size === expected;
}

/** The same members with what they have been assigned. */
export function after({ members, isHomogeneous }: GroupSpec, done: GroupAssignment): GroupSpec {
  if (done.kind === 'refused') return { members, isHomogeneous };
  const next = members.map((spec) => {
    return { ...spec, assigned: done.targets.get(spec.memberId) ?? new Map() };
  });
  return { members: next, isHomogeneous };
}

const topicIds = ['t0', 't1', 't2', 't3'];

/** How many partitions each topic has. */
export const anyCounts: fc.Arbitrary<ReadonlyMap<Uuid, number>> = fc
  .tuple(...topicIds.map(() => fc.nat(9)))
  .map((counts) => new Map(topicIds.map((topicId, index) => [topicId, counts[index] ?? 0])));

/** Members that have nothing yet, and subscribe to some of the topics. */
export const anySpec: fc.Arbitrary<GroupSpec> = fc
  .array(fc.subarray(topicIds, { minLength: 1 }), { minLength: 1, maxLength: 7 })
  .map((subscriptions) => {
    const members = subscriptions.map((topics, index) => member(`m${index}`, topics));
    return { members, isHomogeneous: false };
  });

/** Members that have nothing yet, and subscribe to all topics. */
export const anyLikeSpec: fc.Arbitrary<GroupSpec> = fc.integer({ min: 1, max: 7 }).map((count) => {
  const members = Array.from({ length: count }, (_, index) => member(`m${index}`, topicIds));
  return { members, isHomogeneous: true };
});
