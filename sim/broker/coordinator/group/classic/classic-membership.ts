import { type ErrorName } from '../../../../protocol/errors.ts';
import { type HeartbeatRequest } from '../../../../protocol/messages/heartbeat-request.ts';
import { type MemberIdentity } from '../../../../protocol/messages/leave-group-request.ts';
import { type MemberResponse } from '../../../../protocol/messages/leave-group-response.ts';
import { type SyncGroupRequest } from '../../../../protocol/messages/sync-group-request.ts';
import { type Operation, nothing } from '../../runtime/coordinator-operation.ts';
import { groupMetadataRecord } from '../group-records.ts';
import { refusedJoin, refusedSync } from './classic-answers.ts';
import { type ClassicGroup } from './classic-group.ts';
import { type SyncAnswer } from './classic-member.ts';
import { type ClassicRebalance } from './classic-rebalance.ts';

/** Answers SyncGroup, or lets it wait for the leader's (`classicGroupSyncToClassicGroup`). */
export function syncMember(
  group: ClassicGroup,
  rebalance: ClassicRebalance,
  { request, answer }: { readonly request: SyncGroupRequest; readonly answer: SyncAnswer },
): Operation {
  const { memberId } = request;
  const error = syncError(group, request);
  const member = group.members.get(memberId);
  if (error !== 'NONE' || member === undefined) {
    answer(refusedSync(error));
    return nothing;
  }
  rebalance.removePendingSync(group, memberId);
  if (group.state === 'CompletingRebalance') {
    member.awaitingSync = answer;
    return group.leader === memberId ? storeAssignments(group, rebalance, request) : nothing;
  }
  const { protocolType, protocolName } = group;
  answer({ ...refusedSync('NONE'), protocolType, protocolName, assignment: member.assignment });
  return nothing;
}

/** Members that the leader has left out get nothing. */
function storeAssignments(
  group: ClassicGroup,
  rebalance: ClassicRebalance,
  { assignments }: SyncGroupRequest,
): Operation {
  const { generation } = group;
  const given = new Map<string, string>();
  for (const memberId of group.members.keys()) given.set(memberId, '');
  for (const { memberId, assignment } of assignments) given.set(memberId, assignment);
  const settled = (error: ErrorName): void => {
    if (group.state !== 'CompletingRebalance' || group.generation !== generation) return;
    if (error === 'NONE') {
      for (const member of group.members.values()) {
        member.assignment = given.get(member.memberId) ?? '';
      }
      rebalance.propagateAssignments(group, 'NONE');
      rebalance.stabilize(group);
    } else {
      rebalance.resetAssignments(group, error);
      rebalance.prepareOrComplete(group);
    }
  };
  const record = groupMetadataRecord(group.groupId, group.store(given));
  return { records: [record], replays: false, settled };
}

function syncError(group: ClassicGroup, request: SyncGroupRequest): ErrorName {
  const { memberId, groupInstanceId, generationId, protocolType, protocolName } = request;
  if (group.state === 'Empty') return 'UNKNOWN_MEMBER_ID';
  if (group.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  const error = group.memberError(memberId, groupInstanceId);
  if (error !== 'NONE') return error;
  if (generationId !== group.generation) return 'ILLEGAL_GENERATION';
  const isOther = (said: string | null, own: string | null): boolean =>
    said !== null && own !== null && said !== own;
  if (isOther(protocolType, group.protocolType) || isOther(protocolName, group.protocolName)) {
    return 'INCONSISTENT_GROUP_PROTOCOL';
  }
  return group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
}

/** The error that a heartbeat is answered (`classicGroupHeartbeatToClassicGroup`). */
export function heartbeatMember(
  group: ClassicGroup,
  rebalance: ClassicRebalance,
  { memberId, groupInstanceId, generationId }: HeartbeatRequest,
): ErrorName {
  if (group.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  const error = group.memberError(memberId, groupInstanceId);
  if (error !== 'NONE') return error;
  if (generationId !== group.generation) return 'ILLEGAL_GENERATION';
  if (group.state === 'Empty') return 'UNKNOWN_MEMBER_ID';
  const member = group.members.get(memberId);
  if (member !== undefined) rebalance.restartSession(group, member);
  return group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE';
}

/** Takes members out of the group; what became of each is added to `left`. */
export function leaveMembers(
  group: ClassicGroup,
  rebalance: ClassicRebalance,
  {
    members,
    left,
  }: { readonly members: readonly MemberIdentity[]; readonly left: MemberResponse[] },
): Operation {
  let hasLeft = false;
  for (const { memberId, groupInstanceId } of members) {
    const errorCode = leaveMember(group, rebalance, { memberId, groupInstanceId });
    left.push({ memberId, groupInstanceId, errorCode });
    if (errorCode === 'NONE') hasLeft = true;
  }
  if (!hasLeft) return nothing;
  const isSettled = group.state === 'Stable' || group.state === 'CompletingRebalance';
  return isSettled ? rebalance.prepareOrComplete(group) : rebalance.maybeComplete(group);
}

/** An operator names a static member by its instance alone. */
function leaveMember(
  group: ClassicGroup,
  rebalance: ClassicRebalance,
  {
    memberId,
    groupInstanceId,
  }: { readonly memberId: string; readonly groupInstanceId: string | null },
): ErrorName {
  if (group.pendingJoins.has(memberId)) {
    group.remove(memberId);
    rebalance.cancelSession(group, memberId);
    return 'NONE';
  }
  const named = memberId === '' ? holderOf(group, groupInstanceId) : memberId;
  const error =
    named === undefined ? 'UNKNOWN_MEMBER_ID' : group.memberError(named, groupInstanceId);
  const member = group.members.get(named ?? '');
  if (error !== 'NONE' || member === undefined) return error;
  rebalance.cancelSession(group, member.memberId);
  rebalance.answerJoin(member, () => refusedJoin('UNKNOWN_MEMBER_ID', ''));
  rebalance.remove(group, member.memberId, 'left');
  return 'NONE';
}

/** An instance id may be empty; none is another thing. */
function holderOf({ staticMembers }: ClassicGroup, instanceId: string | null): string | undefined {
  return instanceId === null ? undefined : staticMembers.get(instanceId);
}
