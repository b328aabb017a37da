import { Api, type Request } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type HeartbeatRequest } from '../../../protocol/messages/heartbeat-request.ts';
import { type MemberIdentity } from '../../../protocol/messages/leave-group-request.ts';
import {
  type LeaveGroupResponse,
  type MemberResponse,
} from '../../../protocol/messages/leave-group-response.ts';
import { type SyncGroupRequest } from '../../../protocol/messages/sync-group-request.ts';
import { type Exchange } from '../../server/request-server.ts';
import {
  type CoordinatorRecord,
  nothing,
  type Operation,
  withoutRecords,
} from '../runtime/coordinator-operation.ts';
import { refusedJoin, refusedSync } from './classic/classic-answers.ts';
import { type Joining } from './classic/classic-join.ts';
import { type SyncAnswer } from './classic/classic-member.ts';
import { heartbeatMember, leaveMembers, syncMember } from './classic/classic-membership.ts';
import { clientHost } from './client-host.ts';
import { type ConsumerGroup } from './consumer/consumer-group.ts';
import { type GroupCoordinator } from './group-coordinator.ts';
import { type GroupMachine } from './group-machine.ts';
import { groupMetadataRecord } from './group-records.ts';
import { GroupRefusal } from './group-refusal.ts';

type BodyOf<K extends Request['apiKey']> = Extract<Request, { readonly apiKey: K }>['body'];

export interface GroupRequestParts {
  readonly groups: GroupCoordinator;
  /** `group.min.session.timeout.ms` and `group.max.session.timeout.ms`. */
  readonly minSessionTimeoutMs: number;
  readonly maxSessionTimeoutMs: number;
}

/** Before this version the session timeout stands for it (`JoinGroupRequest`). */
const firstVersionWithRebalanceTimeout = 1;
/** Before this version a missing protocol name is an empty one. */
const firstVersionWithoutProtocolName = 7;
/** From here on a SyncGroup says its protocol. */
const firstVersionWithProtocol = 5;
/** From here on several members leave at once. */
const firstVersionWithManyMembers = 3;

/** Answers JoinGroup, when the rebalance is over (`GroupCoordinatorService.joinGroup`). */
export function joinGroup(
  exchange: Exchange,
  request: BodyOf<typeof Api.joinGroup>,
  { groups, minSessionTimeoutMs, maxSessionTimeoutMs }: GroupRequestParts,
): void {
  const { groupId, memberId, sessionTimeoutMs } = request;
  const { apiVersion, clientId } = exchange.request;
  let isAnswered = false;
  const answer = (response: ReturnType<typeof refusedJoin>): void => {
    // A rebalance may end after the write of a new group was given up.
    if (isAnswered) return;
    isAnswered = true;
    const isOld = apiVersion < firstVersionWithoutProtocolName;
    const protocolName = isOld ? (response.protocolName ?? '') : response.protocolName;
    exchange.respond(Api.joinGroup, { ...response, protocolName });
  };
  if (groupId === '') {
    answer(refusedJoin('INVALID_GROUP_ID', memberId));
    return;
  }
  if (sessionTimeoutMs < minSessionTimeoutMs || sessionTimeoutMs > maxSessionTimeoutMs) {
    answer(refusedJoin('INVALID_SESSION_TIMEOUT', memberId));
    return;
  }
  const rebalanceTimeoutMs =
    apiVersion < firstVersionWithRebalanceTimeout ? sessionTimeoutMs : request.rebalanceTimeoutMs;
  const body = { ...request, rebalanceTimeoutMs };
  const joining = { request: body, apiVersion, clientId, clientHost, answer };
  const error = groups.perform(groupId, (machine) => {
    const group = machine.groups.get(groupId);
    const isOfConsumers = group?.type === 'consumer' && !group.isEmpty;
    return isOfConsumers
      ? joinConsumerGroup(machine, group, joining)
      : joinClassicGroup(machine, joining);
  });
  if (error !== 'NONE') answer(refusedJoin(error, ''));
}

function joinConsumerGroup(
  { consumers }: GroupMachine,
  group: ConsumerGroup,
  joining: Joining,
): Operation {
  const { answer } = joining;
  const decision = consumers.classicMembers.join(group, joining);
  if (decision instanceof GroupRefusal) {
    answer(refusedJoin(decision.error, ''));
    return nothing;
  }
  const settled = (failure: ErrorName): void => {
    if (failure === 'NONE') decision.joined();
    answer(failure === 'NONE' ? decision.response : refusedJoin(failure, ''));
  };
  return { ...decision, settled };
}

function joinClassicGroup(machine: GroupMachine, joining: Joining): Operation {
  const { request, answer } = joining;
  const { groupId, memberId } = request;
  const records: CoordinatorRecord[] = [];
  machine.removeEmptyConsumerGroup(groupId, records);
  const known = machine.groups.get(groupId);
  if (known === undefined && memberId !== '') {
    answer(refusedJoin('UNKNOWN_MEMBER_ID', memberId));
    return nothing;
  }
  const isNew = known?.type !== 'classic';
  const group = isNew ? machine.create(groupId) : known;
  const operation = machine.joins.join(group, joining);
  if (!isNew || operation.records.length > 0) return operation;
  // Else a group of which nothing is written would never be seen.
  records.push(groupMetadataRecord(groupId, { ...group.store(), ...emptyGroup }));
  const settled = (failure: ErrorName): void => {
    if (failure !== 'NONE') answer(refusedJoin(failure, ''));
  };
  return { records, replays: false, settled };
}

const emptyGroup = {
  protocolType: '',
  generation: 0,
  protocol: null,
  leader: null,
  members: [],
};

/** Answers SyncGroup, when the leader's assignment is committed. */
export function syncGroup(
  exchange: Exchange,
  request: BodyOf<typeof Api.syncGroup>,
  { groups }: GroupRequestParts,
): void {
  const { groupId, protocolType, protocolName } = request;
  const answer = (response: ReturnType<typeof refusedSync>): void => {
    exchange.respond(Api.syncGroup, response);
  };
  const isProtocolMissing = protocolType === null || protocolName === null;
  if (exchange.request.apiVersion >= firstVersionWithProtocol && isProtocolMissing) {
    answer(refusedSync('INCONSISTENT_GROUP_PROTOCOL'));
    return;
  }
  if (groupId === '') {
    answer(refusedSync('INVALID_GROUP_ID'));
    return;
  }
  const error = groups.perform(groupId, (machine) => {
    const group = machine.groups.get(groupId);
    if (group === undefined || group.isEmpty) {
      answer(refusedSync('UNKNOWN_MEMBER_ID'));
      return nothing;
    }
    return group.type === 'classic'
      ? syncMember(group, machine.rebalance, { request, answer })
      : syncWithConsumerGroup(machine, group, { request, answer });
  });
  if (error !== 'NONE') answer(refusedSync(error));
}

function syncWithConsumerGroup(
  { consumers }: GroupMachine,
  group: ConsumerGroup,
  { request, answer }: { readonly request: SyncGroupRequest; readonly answer: SyncAnswer },
): Operation {
  const { protocolType, protocolName, memberId } = request;
  const assignment = consumers.classicMembers.sync(group, request);
  if (assignment instanceof GroupRefusal) {
    answer(refusedSync(assignment.error));
    return nothing;
  }
  return withoutRecords((failure) => {
    if (failure !== 'NONE') {
      answer(refusedSync(failure));
      return;
    }
    consumers.classicMembers.synced(group, memberId);
    answer({ ...refusedSync('NONE'), protocolType, protocolName, assignment });
  });
}

export function heartbeat(
  exchange: Exchange,
  request: BodyOf<typeof Api.heartbeat>,
  { groups }: GroupRequestParts,
): void {
  const { groupId } = request;
  const answer = (errorCode: ErrorName): void => {
    exchange.respond(Api.heartbeat, { throttleTimeMs: 0, errorCode });
  };
  if (groupId === '') {
    answer('INVALID_GROUP_ID');
    return;
  }
  const error = groups.perform(groupId, (machine) => {
    const outcome = heartbeatOutcome(machine, request);
    if (outcome !== 'NONE' && outcome !== 'REBALANCE_IN_PROGRESS') {
      answer(outcome);
      return nothing;
    }
    return withoutRecords((failure) => {
      answer(failure === 'NONE' ? outcome : failure);
    });
  });
  // Members go on as before while their group is loaded.
  if (error !== 'NONE') answer(error === 'COORDINATOR_LOAD_IN_PROGRESS' ? 'NONE' : error);
}

function heartbeatOutcome(machine: GroupMachine, request: HeartbeatRequest): ErrorName {
  const group = machine.groups.get(request.groupId);
  if (group === undefined) return 'UNKNOWN_MEMBER_ID';
  return group.type === 'classic'
    ? heartbeatMember(group, machine.rebalance, request)
    : machine.consumers.classicMembers.heartbeat(group, request);
}

export function leaveGroup(
  exchange: Exchange,
  request: BodyOf<typeof Api.leaveGroup>,
  { groups }: GroupRequestParts,
): void {
  const { groupId, memberId } = request;
  const isBatched = exchange.request.apiVersion >= firstVersionWithManyMembers;
  const alone: MemberIdentity = { memberId, groupInstanceId: null, reason: null };
  const members = isBatched ? request.members : [alone];
  const answer = (response: LeaveGroupResponse): void => {
    const { errorCode, members: left } = response;
    const ofMember = errorCode === 'NONE' && !isBatched ? left[0]?.errorCode : undefined;
    exchange.respond(Api.leaveGroup, { ...response, errorCode: ofMember ?? errorCode });
  };
  const refuse = (errorCode: ErrorName): void => {
    answer({ throttleTimeMs: 0, errorCode, members: [] });
  };
  if (groupId === '') {
    refuse('INVALID_GROUP_ID');
    return;
  }
  const error = groups.perform(groupId, (machine) => {
    const left: MemberResponse[] = [];
    const operation = leave(machine, groupId, { members, left });
    return {
      ...operation,
      settled: (failure) => {
        operation.settled(failure);
        if (failure === 'NONE') answer({ throttleTimeMs: 0, errorCode: 'NONE', members: left });
        else refuse(failure);
      },
    };
  });
  if (error !== 'NONE') refuse(error);
}

function leave(
  machine: GroupMachine,
  groupId: string,
  leaving: { readonly members: readonly MemberIdentity[]; readonly left: MemberResponse[] },
): Operation {
  const { members, left } = leaving;
  const group = machine.groups.get(groupId);
  if (group?.type === 'classic') return leaveMembers(group, machine.rebalance, leaving);
  if (group?.type === 'consumer') {
    return { ...nothing, ...machine.consumers.classicMembers.leave(group, members, left) };
  }
  for (const { memberId, groupInstanceId } of members) {
    left.push({ memberId, groupInstanceId, errorCode: 'UNKNOWN_MEMBER_ID' });
  }
  return nothing;
}
