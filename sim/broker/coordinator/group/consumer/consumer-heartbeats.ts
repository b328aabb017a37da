import { type Random } from '../../../../kernel/random.ts';
import { type ConsumerGroupHeartbeatRequest } from '../../../../protocol/messages/consumer-group-heartbeat-request.ts';
import { type ConsumerGroupHeartbeatResponse } from '../../../../protocol/messages/consumer-group-heartbeat-response.ts';
import { randomUuid } from '../../../../protocol/uuid.ts';
import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import { type PartitionsByTopic } from '../assignor/group-spec.ts';
import { type ClassicGroup } from '../classic/classic-group.ts';
import { type GroupFactRecorder } from '../group-fact-recorder.ts';
import { groupMetadataRecord } from '../group-records.ts';
import { GroupRefusal } from '../group-refusal.ts';
import { type GroupSwitches } from '../group-switches.ts';
import { type ConsumerFencing, type GroupDecision } from './consumer-fencing.ts';
import { ConsumerGroup } from './consumer-group.ts';
import {
  type ConsumerMember,
  currentAssignmentRecord,
  leaveEpoch,
  staticLeaveEpoch,
} from './consumer-member.ts';
import { type ConsumerSettings } from './consumer-settings.ts';
import { type GroupConversion } from './group-conversion.ts';
import { type AssignedEpochs, areSameEpochs } from './member-assignment.ts';
import { subscribedMember, topicNames } from './member-subscription.ts';
import { type MemberTimers } from './member-timers.ts';
import { type MemberChange, type MemberUpdates } from './member-updates.ts';
import { memberOf, sizeRefusal } from './member-validation.ts';
import { type RegexResolution } from './regex-resolution.ts';

/** A ConsumerGroupHeartbeat, with who sent it. */
export interface Beating {
  readonly request: ConsumerGroupHeartbeatRequest;
  readonly clientId: string;
  readonly clientHost: string;
}

export interface HeartbeatDecision extends GroupDecision {
  readonly response: ConsumerGroupHeartbeatResponse;
}

export interface HeartbeatParts {
  readonly find: (groupId: string) => ClassicGroup | ConsumerGroup | undefined;
  readonly settings: ConsumerSettings;
  readonly timers: MemberTimers;
  readonly updates: MemberUpdates;
  readonly expressions: RegexResolution;
  readonly fencing: ConsumerFencing;
  readonly conversion: GroupConversion;
  readonly facts: GroupFactRecorder;
  readonly random: Random;
  readonly switches: GroupSwitches;
}

/** Lets members join, go on and leave (`GroupMetadataManager.consumerGroupHeartbeat`, KIP-848). */
export class ConsumerHeartbeats {
  readonly #parts: HeartbeatParts;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** @param beating A request that makes sense by itself. */
  decide(beating: Beating): HeartbeatDecision | GroupRefusal {
    const { memberEpoch } = beating.request;
    const isLeaving = memberEpoch === leaveEpoch || memberEpoch === staticLeaveEpoch;
    return isLeaving ? this.#leave(beating) : this.#beat(beating);
  }

  #beat(beating: Beating): HeartbeatDecision | GroupRefusal {
    const { settings, timers, updates, expressions, facts, random, switches } = this.#parts;
    const { request } = beating;
    const { groupId, memberEpoch, instanceId } = request;
    const records: CoordinatorRecord[] = [];
    const owned = ownedOf(request);
    const mayJoin = memberEpoch === 0;
    const group = this.#groupOf(groupId, mayJoin, records);
    if (group instanceof GroupRefusal) return group;
    const full = sizeRefusal(group, request.memberId, settings.maxSize);
    if (full !== undefined) return full;
    // An old client gets its id here.
    const memberId = request.memberId === '' ? randomUuid(random) : request.memberId;
    const subscriber = { memberId, instanceId, mayJoin, memberEpoch, owned };
    const isBack =
      switches.staticMemberMayRejoin && group.staticMember(instanceId)?.memberId === memberId;
    const member = isBack
      ? memberOf(group, memberId, instanceId)
      : subscribedMember(group, subscriber, records);
    if (member instanceof GroupRefusal) return member;

    const change = { group, member, updated: described(member, beating), records };
    const areNamesChanged = updates.describe(change);
    const expression = expressions.update(change);
    if (expression instanceof GroupRefusal) return expression;
    const isBumped = areNamesChanged || expression === 'changedAndResolved';
    const epoch = updates.advanceEpoch(change, isBumped);
    const target = updates.updateTarget(change, epoch);
    if (target instanceof GroupRefusal) return target;
    const reconciled = updates.reconcile(change, target, {
      hasSubscriptionChanged: areNamesChanged || expression !== 'none',
      owned,
    });
    facts.replacementDecided(groupId, group.staticMember(instanceId)?.memberId, memberId);
    timers.startSession(groupId, memberId, settings.configOf(groupId).consumerSessionTimeoutMs);
    return { records, replays: true, response: this.#answer(change, request, reconciled) };
  }

  /** An empty classic group is replaced, another one converted. */
  #groupOf(
    groupId: string,
    mayCreate: boolean,
    records: CoordinatorRecord[],
  ): ConsumerGroup | GroupRefusal {
    const group = this.#parts.find(groupId);
    if (group?.type === 'consumer') return group;
    if (group === undefined) {
      if (mayCreate) return new ConsumerGroup(groupId);
      return new GroupRefusal('GROUP_ID_NOT_FOUND', `Consumer group ${groupId} not found.`);
    }
    if (!mayCreate) return notConsumerGroup(groupId);
    if (!group.isEmpty) return this.#parts.conversion.upgrade(group, records);
    records.push(groupMetadataRecord(groupId, null));
    return new ConsumerGroup(groupId);
  }

  /** The assignment is only told where it has changed, or where the member has asked for everything. */
  #answer(
    { member }: MemberChange,
    request: ConsumerGroupHeartbeatRequest,
    reconciled: ConsumerMember,
  ): ConsumerGroupHeartbeatResponse {
    const { groupId, memberEpoch, rebalanceTimeoutMs, topicPartitions } = request;
    const { subscribedTopicNames, subscribedTopicRegex } = request;
    const isFull =
      rebalanceTimeoutMs !== -1 &&
      (subscribedTopicNames !== null || subscribedTopicRegex !== null) &&
      topicPartitions !== null;
    const isTold =
      memberEpoch === 0 || isFull || !areSameEpochs(member.assigned, reconciled.assigned);
    return {
      ...answered(reconciled.memberId, reconciled.memberEpoch),
      heartbeatIntervalMs: this.#parts.settings.configOf(groupId).consumerHeartbeatIntervalMs,
      assignment: isTold ? assignmentOf(reconciled.assigned) : null,
    };
  }

  /** `GroupMetadataManager.consumerGroupLeave` */
  #leave({ request }: Beating): HeartbeatDecision | GroupRefusal {
    const { groupId, memberId, instanceId, memberEpoch } = request;
    const group = this.#parts.find(groupId);
    if (group === undefined) {
      return new GroupRefusal('GROUP_ID_NOT_FOUND', `Group ${groupId} not found.`);
    }
    if (group.type === 'classic') return notConsumerGroup(groupId);
    const member = memberOf(group, memberId, instanceId);
    if (member instanceof GroupRefusal) return member;
    const response = answered(member.memberId, memberEpoch);
    if (instanceId === null || memberEpoch !== staticLeaveEpoch) {
      return { ...this.#parts.fencing.fence(group, new Set([member]), 'left'), response };
    }
    const record = currentAssignmentRecord(groupId, awaited(member));
    return { records: [record], replays: true, response };
  }
}

/** A static member that may come back under another id: what it has is then as if assigned before. */
function awaited(member: ConsumerMember): ConsumerMember {
  const assigned = new Map(
    [...member.assigned].map(([topicId, partitions]) => [
      topicId,
      new Map([...partitions.keys()].map((partition) => [partition, 0])),
    ]),
  );
  return { ...member, memberEpoch: staticLeaveEpoch, assigned, pendingRevocation: new Map() };
}

/** What a heartbeat leaves out stays as it was. */
function described(member: ConsumerMember, beating: Beating): ConsumerMember {
  const { request, clientId, clientHost } = beating;
  const { instanceId, rackId, rebalanceTimeoutMs, serverAssignor } = request;
  const { subscribedTopicNames: names, subscribedTopicRegex } = request;
  return {
    ...member,
    instanceId: instanceId ?? member.instanceId,
    rackId: rackId ?? member.rackId,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : rebalanceTimeoutMs,
    serverAssignor: serverAssignor ?? member.serverAssignor,
    subscribedTopicNames: names === null ? member.subscribedTopicNames : topicNames(names),
    subscribedTopicRegex: subscribedTopicRegex ?? member.subscribedTopicRegex,
    clientId,
    clientHost,
    classicMemberMetadata: null,
  };
}

function ownedOf({ topicPartitions }: ConsumerGroupHeartbeatRequest): PartitionsByTopic | null {
  if (topicPartitions === null) return null;
  return new Map(topicPartitions.map(({ topicId, partitions }) => [topicId, new Set(partitions)]));
}

function notConsumerGroup(groupId: string): GroupRefusal {
  return new GroupRefusal('GROUP_ID_NOT_FOUND', `Group ${groupId} is not a consumer group.`);
}

function answered(memberId: string, memberEpoch: number): ConsumerGroupHeartbeatResponse {
  return {
    throttleTimeMs: 0,
    errorCode: 'NONE',
    errorMessage: null,
    memberId,
    memberEpoch,
    heartbeatIntervalMs: 0,
    assignment: null,
  };
}

function assignmentOf(assigned: AssignedEpochs): ConsumerGroupHeartbeatResponse['assignment'] {
  const topicPartitions = [...assigned].map(([topicId, partitions]) => ({
    topicId,
    partitions: [...partitions.keys()].sort((one, other) => one - other),
  }));
  return { topicPartitions };
}
