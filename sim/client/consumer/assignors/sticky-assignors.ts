import { type PartitionName } from '../../../trace.ts';
import { type AssignableGroup, type Assignments, type Subscription } from './assignable-group.ts';
import { claimedOwners, type MemberHistory } from './previous-owners.ts';
import {
  type StickyAssignment,
  stickyAssignment,
  stickyAssignmentByClaims,
} from './sticky-assignment.ts';
import { readCooperativeUserData, readStickyUserData } from './sticky-user-data.ts';

/** `StickyAssignor`: members give up everything before they join, and tell what it was in their user data. */
export function assignSticky(group: AssignableGroup): Assignments {
  return stickyAssignment(group, stickyHistory).assignments;
}

/** The same as it was before KIP-341, when members did not tell of which generation they speak. */
export function assignStickyByClaims(group: AssignableGroup): Assignments {
  return stickyAssignmentByClaims(group, stickyHistory).assignments;
}

/**
 * `CooperativeStickyAssignor` (KIP-429): a partition that is to move is nobody's in this assignment;
 * once its owner has given it up, the next one assigns it.
 */
export function assignCooperativeSticky(group: AssignableGroup): Assignments {
  return withoutMoves(group, stickyAssignment(group, cooperativeHistory));
}

/**
 * The same as it was before KAFKA-12984: what several members claim stays with each.
 * @throws {AssignorError} If members that subscribe to the same topics claim too much together.
 */
export function assignCooperativeStickyByClaims(group: AssignableGroup): Assignments {
  return withoutMoves(group, stickyAssignment(group, cooperativeHistory, claimedOwners));
}

function withoutMoves(group: AssignableGroup, sticky: StickyAssignment): Assignments {
  const movedTo = sticky.movedTo ?? movesBetween(group.members, sticky);
  const remaining = [...sticky.assignments].map(([memberId, partitions]) => {
    const free = partitions.filter(({ name }) => movedTo.get(name) !== memberId);
    return [memberId, free] as const;
  });
  return new Map(remaining);
}

/** The same as it must not be: what is to move is assigned before its owner has given it up. */
export function assignInOneStep(group: AssignableGroup): Assignments {
  return stickyAssignment(group, cooperativeHistory).assignments;
}

function stickyHistory({ userData }: Subscription): MemberHistory {
  return readStickyUserData(userData);
}

function cooperativeHistory(subscription: Subscription): MemberHistory {
  const { ownedPartitions: partitions, generationId, userData } = subscription;
  return { partitions, generation: generationId ?? readCooperativeUserData(userData) };
}

function movesBetween(
  members: readonly Subscription[],
  { assignments }: StickyAssignment,
): ReadonlyMap<PartitionName, string> {
  const added = new Map<PartitionName, string>();
  const revoked = new Set<PartitionName>();
  for (const { memberId, ownedPartitions } of members) {
    const owned = new Set(ownedPartitions.map(({ name }) => name));
    const assigned = new Set((assignments.get(memberId) ?? []).map(({ name }) => name));
    for (const name of assigned) if (!owned.has(name)) added.set(name, memberId);
    for (const name of owned) if (!assigned.has(name)) revoked.add(name);
  }
  return new Map([...added].filter(([name]) => revoked.has(name)));
}
