import { type MemberAssignment } from './member-assignment.ts';

/** As ConsumerGroupDescribe names it; one that is gone is Dead. */
export type ConsumerGroupState = 'Empty' | 'Assigning' | 'Reconciling' | 'Stable';

/**
 * What a consumer group does, by its epoch, the one of its target assignment, and its members
 * (`ConsumerGroup.maybeUpdateGroupState`).
 */
export function consumerGroupState(
  groupEpoch: number,
  targetEpoch: number,
  members: readonly Pick<MemberAssignment, 'state' | 'memberEpoch'>[],
): ConsumerGroupState {
  if (members.length === 0) return 'Empty';
  if (groupEpoch > targetEpoch) return 'Assigning';
  return members.every((member) => isReconciledTo(member, targetEpoch)) ? 'Stable' : 'Reconciling';
}

/** Whether the member has all of the target of that epoch. */
function isReconciledTo(
  { state, memberEpoch }: Pick<MemberAssignment, 'state' | 'memberEpoch'>,
  targetEpoch: number,
): boolean {
  return state === 'STABLE' && memberEpoch === targetEpoch;
}
