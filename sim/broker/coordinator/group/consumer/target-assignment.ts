import { type Uuid } from '../../../../protocol/uuid.ts';
import {
  type GroupAssignor,
  type MemberSpec,
  type PartitionCountOf,
  type PartitionsByTopic,
} from '../assignor/group-spec.ts';

/** A member for whom a target is to be found. */
export interface SubscribedMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  /** Names, with those that its regular expression has matched. */
  readonly subscribedTopics: ReadonlySet<string>;
  /** Its target so far, or that of the static member whose place it takes. */
  readonly assigned: PartitionsByTopic;
}

/** The members of a group, in the order that decides where the assignor has a choice. */
export interface SubscribedMembers {
  readonly members: readonly SubscribedMember[];
  /** Whether all of them subscribe to the same. */
  readonly isHomogeneous: boolean;
}

/** What the broker's metadata says of topics. */
export interface KnownTopics {
  /** Undefined if there is no such topic: then nobody can be subscribed to it. */
  readonly topicIdOf: (name: string) => Uuid | undefined;
  readonly partitionCountOf: PartitionCountOf;
}

/** Targets that are not what they were; or why the assignor has found none. */
export type TargetChanges =
  | { readonly kind: 'assigned'; readonly changed: ReadonlyMap<string, PartitionsByTopic> }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * A new target for every member of a group, of which only what changes goes to the log
 * (`TargetAssignmentBuilder`). `targets` holds those that the log has, by member id.
 */
export function changedTargets(
  { members, isHomogeneous }: SubscribedMembers,
  targets: ReadonlyMap<string, PartitionsByTopic>,
  assignor: GroupAssignor,
  topics: KnownTopics,
): TargetChanges {
  const specs = members.map((member) => specOf(member, topics));
  const assignment = assignor({ members: specs, isHomogeneous }, topics.partitionCountOf);
  if (assignment.kind === 'refused') return assignment;

  const changed = new Map<string, PartitionsByTopic>();
  for (const { memberId } of members) {
    const before = targets.get(memberId);
    const target = assignment.targets.get(memberId) ?? new Map<Uuid, ReadonlySet<number>>();
    if (before === undefined || !areEqual(before, target)) changed.set(memberId, target);
  }
  return { kind: 'assigned', changed };
}

function specOf(
  { memberId, instanceId, subscribedTopics, assigned }: SubscribedMember,
  { topicIdOf }: KnownTopics,
): MemberSpec {
  const subscribedTopicIds = new Set<Uuid>();
  for (const name of subscribedTopics) {
    const topicId = topicIdOf(name);
    if (topicId !== undefined) subscribedTopicIds.add(topicId);
  }
  return { memberId, instanceId, subscribedTopicIds, assigned };
}

function areEqual(one: PartitionsByTopic, other: PartitionsByTopic): boolean {
  if (one.size !== other.size) return false;
  for (const [topicId, partitions] of one) {
    const others = other.get(topicId);
    if (others?.size !== partitions.size) return false;
    for (const partition of partitions) if (!others.has(partition)) return false;
  }
  return true;
}
