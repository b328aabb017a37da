import { Api, type Request } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type MemberIdentity } from '../../../protocol/messages/leave-group-request.ts';
import {
  type LeaveGroupResponse,
  type MemberResponse,
} from '../../../protocol/messages/leave-group-response.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';
import { type Exchange } from '../../server/request-server.ts';
import {
  type CoordinatorRecord,
  nothing,
  withoutRecords,
} from '../runtime/coordinator-operation.ts';
import { refusedJoin, refusedSync } from './classic/classic-answers.ts';
import { heartbeatMember, leaveMembers, syncMember } from './classic/classic-membership.ts';
import { type GroupCoordinator } from './group-coordinator.ts';
import { undescribedGroup } from './group-descriptions.ts';
import { groupMetadataRecord } from './group-records.ts';

type BodyOf<K extends Request['apiKey']> = Extract<Request, { readonly apiKey: K }>['body'];

export interface GroupRequestParts {
  readonly groups: GroupCoordinator;
  readonly image: MetadataImage;
  /** `group.min.session.timeout.ms` and `group.max.session.timeout.ms`. */
  readonly minSessionTimeoutMs: number;
  readonly maxSessionTimeoutMs: number;
}

/** The simulated network has no addresses: every client is on this host. */
const clientHost = '/127.0.0.1';
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
  const error = groups.perform(groupId, (machine) => {
    const isNew = machine.groups.get(groupId) === undefined;
    if (isNew && memberId !== '') {
      answer(refusedJoin('UNKNOWN_MEMBER_ID', memberId));
      return nothing;
    }
    const group = machine.getOrCreate(groupId);
    const joining = { request, apiVersion, clientId, clientHost, answer };
    const operation = machine.joins.join(group, joining);
    if (!isNew || operation.records.length > 0) return operation;
    // Else a group of which nothing is written would never be seen.
    const record = groupMetadataRecord(groupId, { ...group.store(), ...emptyGroup });
    const settled = (failure: ErrorName): void => {
      if (failure !== 'NONE') answer(refusedJoin(failure, ''));
    };
    return { records: [record], replays: false, settled };
  });
  if (error !== 'NONE') answer(refusedJoin(error, ''));
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
    if (group !== undefined) return syncMember(group, machine.rebalance, { request, answer });
    answer(refusedSync('UNKNOWN_MEMBER_ID'));
    return nothing;
  });
  if (error !== 'NONE') answer(refusedSync(error));
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
    const group = machine.groups.get(groupId);
    const outcome =
      group === undefined
        ? 'UNKNOWN_MEMBER_ID'
        : heartbeatMember(group, machine.rebalance, request);
    return withoutRecords((failure) => {
      answer(failure === 'NONE' ? outcome : failure);
    });
  });
  // Members go on as before while their group is loaded.
  if (error !== 'NONE') answer(error === 'COORDINATOR_LOAD_IN_PROGRESS' ? 'NONE' : error);
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
    const group = machine.groups.get(groupId);
    const left: MemberResponse[] = [];
    if (group === undefined) {
      for (const { memberId: id, groupInstanceId } of members) {
        left.push({ memberId: id, groupInstanceId, errorCode: 'UNKNOWN_MEMBER_ID' });
      }
    }
    const operation =
      group === undefined ? nothing : leaveMembers(group, machine.rebalance, { members, left });
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

export function describeGroups(
  exchange: Exchange,
  request: BodyOf<typeof Api.describeGroups>,
  { groups }: GroupRequestParts,
): void {
  const { apiVersion } = exchange.request;
  const described = request.groups.map((groupId) => {
    const machine = groups.machineOf(groupId);
    return typeof machine === 'string'
      ? undescribedGroup(groupId, machine)
      : machine.describe(groupId, apiVersion);
  });
  exchange.respond(Api.describeGroups, { throttleTimeMs: 0, groups: described });
}

export function listGroups(
  exchange: Exchange,
  request: BodyOf<typeof Api.listGroups>,
  { groups }: GroupRequestParts,
): void {
  const { machines } = groups;
  const errorCode = typeof machines === 'string' ? machines : 'NONE';
  const listed =
    typeof machines === 'string' ? [] : machines.flatMap((machine) => machine.list(request));
  exchange.respond(Api.listGroups, { throttleTimeMs: 0, errorCode, groups: listed });
}

export function deleteGroups(
  exchange: Exchange,
  { groupsNames }: BodyOf<typeof Api.deleteGroups>,
  { groups }: GroupRequestParts,
): void {
  const results: { groupId: string; errorCode: ErrorName }[] = [];
  const add = (groupId: string, errorCode: ErrorName): void => {
    results.push({ groupId, errorCode });
    if (results.length < groupsNames.length) return;
    exchange.respond(Api.deleteGroups, { throttleTimeMs: 0, results });
  };
  if (groupsNames.length === 0) {
    exchange.respond(Api.deleteGroups, { throttleTimeMs: 0, results });
  }
  for (const groupId of groupsNames) {
    const error = groups.perform(groupId, (machine) => {
      const records: CoordinatorRecord[] = [];
      const outcome = machine.deleteGroup(groupId, records);
      return {
        ...nothing,
        records,
        settled: (failure) => {
          add(groupId, failure === 'NONE' ? outcome : failure);
        },
      };
    });
    if (error !== 'NONE') add(groupId, error);
  }
}
