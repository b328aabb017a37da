import { type PartitionName } from '../../../trace.ts';
import { type AssignableGroup, type Assignments, type Subscription } from './assignable-group.ts';
import { AssignmentBalancer } from './assignment-balancer.ts';
import { constrainedAssignment } from './constrained-assignment.ts';
import { GeneralAssignment } from './general-assignment.ts';
import {
  claimedOwners,
  type MemberHistory,
  type OlderOwner,
  olderOwners,
  type PreviousOwners,
  previousOwners,
} from './previous-owners.ts';

export interface StickyAssignment {
  readonly assignments: Assignments;
  /**
   * The new owners of partitions that others may have to give up first; undefined if the assignor
   * did not keep account of it.
   */
  readonly movedTo: ReadonlyMap<PartitionName, string> | undefined;
}

/**
 * Balanced, and everybody keeps as much as balance allows (`AbstractStickyAssignor`, KIP-54,
 * KIP-341).
 * @throws {AssignorError} If what members claim to own cannot be.
 */
export function stickyAssignment(
  group: AssignableGroup,
  historyOf: (subscription: Subscription) => MemberHistory,
  ownersOf = previousOwners,
): StickyAssignment {
  const previous = ownersOf(group, historyOf);
  if (previous.areSubscriptionsEqual) return constrainedAssignment(group, previous);
  return generalAssignment(group, previous, olderOwners(group, historyOf));
}

/** The same before KIP-341: what several members claim, all of them keep. */
export function stickyAssignmentByClaims(
  group: AssignableGroup,
  historyOf: (subscription: Subscription) => MemberHistory,
): StickyAssignment {
  return generalAssignment(group, claimedOwners(group, historyOf), new Map());
}

function generalAssignment(
  group: AssignableGroup,
  previous: PreviousOwners,
  older: ReadonlyMap<PartitionName, OlderOwner>,
): StickyAssignment {
  const assignment = new GeneralAssignment(group);
  const unassigned = assignment.keepOwned(previous);
  const isFirst = assignment.isEmpty;
  assignment.assign(unassigned);
  new AssignmentBalancer(assignment, older).balance(unassigned, isFirst);
  return { assignments: assignment.assignments, movedTo: undefined };
}
