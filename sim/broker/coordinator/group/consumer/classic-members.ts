import { MalformedBytesError } from '../../../../protocol/byte-reader.ts';
import {
  type ProtocolPartitions,
  type ProtocolSubscription,
  readSubscription,
} from '../../../../protocol/consumer-protocol.ts';
import { type ErrorName } from '../../../../protocol/errors.ts';
import { type HeartbeatRequest } from '../../../../protocol/messages/heartbeat-request.ts';
import { type JoinGroupRequest } from '../../../../protocol/messages/join-group-request.ts';
import { type MemberIdentity } from '../../../../protocol/messages/leave-group-request.ts';
import { type MemberResponse } from '../../../../protocol/messages/leave-group-response.ts';
import { type SyncGroupRequest } from '../../../../protocol/messages/sync-group-request.ts';
import { type Random } from '../../../../kernel/random.ts';
import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import { type Bytes } from '../../../../protocol/record-batch.ts';
import { type PartitionsByTopic } from '../assignor/group-spec.ts';
import { refusedJoin } from '../classic/classic-answers.ts';
import { type ClassicGroup } from '../classic/classic-group.ts';
import { type Joining } from '../classic/classic-join.ts';
import { type JoinAnswer } from '../classic/classic-member.ts';
import { type GroupFactRecorder } from '../group-fact-recorder.ts';
import { GroupRefusal } from '../group-refusal.ts';
import { type GroupTopics } from '../group-topics.ts';
import { classicView } from '../group-views.ts';
import { randomUuid } from '../../../../protocol/uuid.ts';
import { type ConsumerFencing, type GroupDecision } from './consumer-fencing.ts';
import { type ConsumerGroup } from './consumer-group.ts';
import { type ConsumerMember, usesClassicProtocol } from './consumer-member.ts';
import { type ConsumerSettings, mayMix } from './consumer-settings.ts';
import { type GroupConversion, namedAssignment } from './group-conversion.ts';
import { subscribedMember, topicNames } from './member-subscription.ts';
import { type MemberTimers } from './member-timers.ts';
import { lastTarget, type MemberChange, type MemberUpdates } from './member-updates.ts';
import { memberOf, sizeRefusal, staticMemberOf } from './member-validation.ts';
import { type RegexResolution } from './regex-resolution.ts';

export interface ClassicMemberParts {
  readonly settings: ConsumerSettings;
  readonly random: Random;
  readonly topics: GroupTopics;
  readonly timers: MemberTimers;
  readonly updates: MemberUpdates;
  readonly expressions: RegexResolution;
  readonly conversion: GroupConversion;
  readonly fencing: ConsumerFencing;
  readonly facts: GroupFactRecorder;
}

/** What a JoinGroup writes, and what it is answered when that is committed. */
export interface JoinDecision extends GroupDecision {
  readonly response: Parameters<JoinAnswer>[0];
  /** The member is told: its time runs. */
  readonly joined: () => void;
}

/** From here on a dynamic member gets its id before it joins (KIP-394). */
const firstVersionWithRequiredId = 4;
const consumerProtocolType = 'consumer';

/**
 * Members of consumer groups that use the classic protocol: what they are assigned they are told when
 * they join and sync (`GroupMetadataManager.classicGroupJoinToConsumerGroup` and its kind).
 */
export class ClassicMembers {
  readonly #parts: ClassicMemberParts;

  constructor(parts: ClassicMemberParts) {
    this.#parts = parts;
  }

  join(group: ConsumerGroup, joining: Joining): JoinDecision | GroupRefusal {
    const { settings, random } = this.#parts;
    const { request, apiVersion } = joining;
    const { groupInstanceId } = request;
    if (!mayMix(settings)) return new GroupRefusal('INCONSISTENT_GROUP_PROTOCOL');
    const isUnknown = request.memberId === '';
    const memberId = isUnknown ? randomUuid(random) : request.memberId;
    const full = sizeRefusal(group, memberId, settings.maxSize);
    if (full !== undefined) return full;
    if (!supports(group, request)) return new GroupRefusal('INCONSISTENT_GROUP_PROTOCOL');
    if (isUnknown && groupInstanceId === null && apiVersion >= firstVersionWithRequiredId) {
      const response = refusedJoin('MEMBER_ID_REQUIRED', memberId);
      return { records: [], replays: true, response, joined: () => undefined };
    }
    const records: CoordinatorRecord[] = [];
    const subscriber = {
      memberId,
      instanceId: groupInstanceId,
      mayJoin: groupInstanceId === null || isUnknown,
      memberEpoch: undefined,
      owned: new Map(),
    };
    const member = subscribedMember(group, subscriber, records);
    if (member instanceof GroupRefusal) return member;
    const subscription = parsed(request.protocols[0]?.metadata ?? '');
    if (subscription === undefined) return new GroupRefusal('UNKNOWN_SERVER_ERROR');
    const updated = described(member, joining, subscription);
    return this.#change({ group, member, updated, records }, request, subscription);
  }

  /** The assignment of a member that is where the group is. */
  sync(group: ConsumerGroup, request: SyncGroupRequest): Bytes | GroupRefusal {
    const { memberId, groupInstanceId, generationId } = request;
    const member = this.#classicMember(group, memberId, groupInstanceId, generationId);
    if (member instanceof GroupRefusal) return member;
    const name = member.classicMemberMetadata?.supportedProtocols[0]?.name ?? '';
    const isOther = (said: string | null, own: string): boolean => said !== null && said !== own;
    if (
      isOther(request.protocolType, consumerProtocolType) ||
      isOther(request.protocolName, name)
    ) {
      return new GroupRefusal('INCONSISTENT_GROUP_PROTOCOL');
    }
    const isBehind = group.assignmentEpoch > member.memberEpoch;
    if (isBehind && member.state !== 'UNREVOKED_PARTITIONS') {
      this.#parts.timers.startJoinIfAbsent(group.groupId, member);
      return new GroupRefusal('REBALANCE_IN_PROGRESS');
    }
    return namedAssignment(member.assigned, this.#parts.topics);
  }

  /** The assignment has been told. */
  synced({ groupId, members }: ConsumerGroup, memberId: string): void {
    const { timers } = this.#parts;
    timers.cancelSync(groupId, memberId);
    const { classicMemberMetadata } = members.get(memberId) ?? {};
    timers.startSession(groupId, memberId, classicMemberMetadata?.sessionTimeoutMs ?? 0);
  }

  /** A member that is to get another assignment is sent to join again. */
  heartbeat(group: ConsumerGroup, request: HeartbeatRequest): ErrorName {
    const { timers } = this.#parts;
    const { memberId, groupInstanceId, generationId } = request;
    const member = this.#classicMember(group, memberId, groupInstanceId, generationId);
    if (member instanceof GroupRefusal) return member.error;
    const { groupId } = group;
    timers.startSession(groupId, memberId, member.classicMemberMetadata?.sessionTimeoutMs ?? 0);
    const isToJoin =
      member.memberEpoch < group.assignmentEpoch ||
      member.state === 'UNREVOKED_PARTITIONS' ||
      (member.state === 'UNRELEASED_PARTITIONS' && !waitsForOthers(group, member));
    if (!isToJoin) return 'NONE';
    timers.startJoinIfAbsent(groupId, member);
    return 'REBALANCE_IN_PROGRESS';
  }

  /** Members of either protocol; what became of each is added to `left`. */
  leave(
    group: ConsumerGroup,
    members: readonly MemberIdentity[],
    left: MemberResponse[],
  ): GroupDecision {
    const leaving = new Set<ConsumerMember>();
    for (const { memberId, groupInstanceId } of members) {
      const member = leavingMember(group, memberId, groupInstanceId);
      const isThere = !(member instanceof GroupRefusal);
      const errorCode = isThere ? 'NONE' : member.error;
      left.push({ memberId, groupInstanceId, errorCode });
      if (isThere) leaving.add(member);
    }
    return this.#parts.fencing.fence(group, leaving, 'left');
  }

  #change(
    change: MemberChange,
    request: JoinGroupRequest,
    subscription: ProtocolSubscription,
  ): JoinDecision | GroupRefusal {
    const { updates, expressions, conversion, facts, timers } = this.#parts;
    const { group, records } = change;
    const { groupId } = group;
    const replaced = group.staticMember(request.groupInstanceId);
    const isDowngrade = replaced !== undefined && conversion.shouldDowngradeFor(group, replaced);
    const areNamesChanged = updates.describe(change);
    const expression = expressions.update(change);
    if (expression instanceof GroupRefusal) return expression;
    const isBumped = areNamesChanged || expression !== 'none';
    const epoch = updates.advanceEpoch(change, isBumped);
    const owned = this.#withIds(subscription.ownedPartitions);
    const reconciliation = { hasSubscriptionChanged: isBumped, owned };
    let joined = change.updated;
    let classic: ClassicGroup | undefined = undefined;
    if (isDowngrade) {
      const isRebalancing = group.assignmentEpoch < epoch.groupEpoch;
      if (!isRebalancing) {
        joined = updates.reconcile(change, lastTarget(group, change.updated), reconciliation);
      }
      const downgrade = { leaving: new Set<string>(), joining: joined, isRebalancing };
      classic = conversion.downgrade(group, downgrade, records);
    } else {
      const target = updates.updateTarget(change, epoch);
      if (target instanceof GroupRefusal) return target;
      joined = updates.reconcile(change, target, reconciliation);
    }
    const { memberId } = joined;
    facts.replacementDecided(groupId, replaced?.memberId, memberId);
    return {
      records,
      replays: !isDowngrade,
      response: answered(joined),
      joined: () => {
        timers.cancelJoin(groupId, memberId);
        if (classic !== undefined) {
          facts.groupChanged(classicView(classic));
          return;
        }
        timers.startSession(groupId, memberId, request.sessionTimeoutMs);
        timers.startSync(groupId, memberId, request.rebalanceTimeoutMs);
      },
    };
  }

  #classicMember(
    group: ConsumerGroup,
    memberId: string,
    instanceId: string | null,
    generation: number,
  ): ConsumerMember | GroupRefusal {
    const member = memberOf(group, memberId, instanceId);
    if (member instanceof GroupRefusal) return member;
    if (!usesClassicProtocol(member)) return new GroupRefusal('UNKNOWN_MEMBER_ID');
    return generation === member.memberEpoch ? member : new GroupRefusal('ILLEGAL_GENERATION');
  }

  /** Topics that are no more are left out. */
  #withIds(owned: readonly ProtocolPartitions[]): PartitionsByTopic {
    return new Map(
      owned.flatMap(({ topic, partitions }) => {
        const topicId = this.#parts.topics.topicIdOf(topic);
        return topicId === undefined ? [] : [[topicId, new Set(partitions)] as const];
      }),
    );
  }
}

/** A protocol is supported that all classic members know. */
function supports(group: ConsumerGroup, { protocolType, protocols }: JoinGroupRequest): boolean {
  if (protocolType !== consumerProtocolType) return false;
  const { classicMemberCount } = group;
  const counts = new Map<string, number>();
  for (const { classicMemberMetadata } of group.members.values()) {
    for (const { name } of classicMemberMetadata?.supportedProtocols ?? []) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return protocols.some(({ name }) => (counts.get(name) ?? 0) === classicMemberCount);
}

function described(
  member: ConsumerMember,
  { request, clientId, clientHost }: Joining,
  { topics, rackId }: ProtocolSubscription,
): ConsumerMember {
  const { groupInstanceId, rebalanceTimeoutMs, sessionTimeoutMs, protocols } = request;
  return {
    ...member,
    instanceId: groupInstanceId ?? member.instanceId,
    rackId: rackId === null || rackId === '' ? member.rackId : rackId,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : rebalanceTimeoutMs,
    subscribedTopicNames: topicNames(topics),
    subscribedTopicRegex: '',
    clientId,
    clientHost,
    classicMemberMetadata: { sessionTimeoutMs, supportedProtocols: protocols },
  };
}

function parsed(metadata: Bytes): ProtocolSubscription | undefined {
  try {
    return readSubscription(metadata);
  } catch (error) {
    if (error instanceof MalformedBytesError) return undefined;
    throw error;
  }
}

function answered({
  memberId,
  memberEpoch,
  classicMemberMetadata,
}: ConsumerMember): JoinDecision['response'] {
  return {
    ...refusedJoin('NONE', memberId),
    generationId: memberEpoch,
    protocolType: consumerProtocolType,
    protocolName: classicMemberMetadata?.supportedProtocols[0]?.name ?? null,
  };
}

/** Whether others have yet to give up what the member is to get. */
function waitsForOthers(group: ConsumerGroup, { memberId, assigned }: ConsumerMember): boolean {
  for (const [topicId, partitions] of group.targetOf(memberId)) {
    for (const partition of partitions) {
      const isMissing = assigned.get(topicId)?.has(partition) !== true;
      if (isMissing && group.partitionEpoch(topicId, partition) !== -1) return true;
    }
  }
  return false;
}

/** An operator names a static member by its instance alone. */
function leavingMember(
  group: ConsumerGroup,
  memberId: string,
  instanceId: string | null,
): ConsumerMember | GroupRefusal {
  const isByInstance = instanceId !== null && memberId === '';
  const member = isByInstance ? group.staticMember(instanceId) : undefined;
  if (member !== undefined) return member;
  return instanceId === null
    ? memberOf(group, memberId, null)
    : staticMemberOf(group, memberId, instanceId);
}
