import { isReconciledTo } from './consumer-member.ts';
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
  members: Iterable<Pick<MemberAssignment, 'state' | 'memberEpoch'>>,
): ConsumerGroupState {
  let state: ConsumerGroupState = 'Empty';
  for (const member of members) {
    if (groupEpoch > targetEpoch) return 'Assigning';
    if (!isReconciledTo(member, targetEpoch)) return 'Reconciling';
    state = 'Stable';
  }
  return state;
}
