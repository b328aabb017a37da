import { MalformedBytesError } from '../../../../protocol/byte-reader.ts';
import {
  assignmentBytes,
  type ProtocolPartitions,
  readAssignment,
  readSubscription,
} from '../../../../protocol/consumer-protocol.ts';
import { compareTexts } from '../../../../protocol/compare-texts.ts';
import { type Bytes } from '../../../../protocol/record-batch.ts';
import { type Uuid } from '../../../../protocol/uuid.ts';
import { type CoordinatorRecord, ReplayError } from '../../runtime/coordinator-operation.ts';
import { type PartitionsByTopic } from '../assignor/group-spec.ts';
import { refusedJoin, refusedSync } from '../classic/classic-answers.ts';
import { ClassicGroup } from '../classic/classic-group.ts';
import { ClassicMember } from '../classic/classic-member.ts';
import { type ClassicRebalance } from '../classic/classic-rebalance.ts';
import { groupMetadataRecord } from '../group-records.ts';
import { GroupRefusal } from '../group-refusal.ts';
import { type GroupTopics } from '../group-topics.ts';
import { ConsumerGroup } from './consumer-group.ts';
import {
  type ConsumerMember,
  currentAssignmentRecord,
  memberRecord,
  newConsumerMember,
} from './consumer-member.ts';
import { consumerGroupRecord, groupEpochRecord } from './consumer-records.ts';
import { type ConsumerSettings, mayDowngrade, mayUpgrade } from './consumer-settings.ts';
import { groupTombstones } from './group-tombstones.ts';
import { targetRecord } from './member-updates.ts';
import { type MemberTimers } from './member-timers.ts';

export interface ConversionParts {
  readonly rebalance: ClassicRebalance;
  readonly topics: GroupTopics;
  readonly timers: MemberTimers;
  readonly settings: ConsumerSettings;
  readonly wallClockMs: () => number;
  /** Puts a group in the place of the one with its id, without a record. */
  readonly replaceGroup: (group: ClassicGroup) => void;
}

/** How a consumer group becomes a classic one. */
export interface Downgrade {
  /** Ids of those who go. */
  readonly leaving: ReadonlySet<string>;
  /** A classic member that takes the place of a static one. */
  readonly joining?: ConsumerMember;
  readonly isRebalancing: boolean;
}

/** Makes consumer groups of classic ones and back, while members are in them (KIP-848). */
export class GroupConversion {
  readonly #parts: ConversionParts;

  constructor(parts: ConversionParts) {
    this.#parts = parts;
  }

  /**
   * The group as a consumer group, which is there when `records` are replayed: all members are stable
   * with what they have. They hear of the change by the rebalance that the joining member causes
   * (`convertToConsumerGroup`).
   */
  upgrade(group: ClassicGroup, records: CoordinatorRecord[]): ConsumerGroup | GroupRefusal {
    const { settings, timers } = this.#parts;
    const refusal = upgradeRefusal(group, settings);
    if (refusal !== undefined) return refusal;
    this.#sendBack(group);
    records.push(groupMetadataRecord(group.groupId, null));
    const converted = this.#convert(group);
    if (converted instanceof GroupRefusal) return converted;
    pushRecords(converted, records);
    for (const { memberId, classicMemberMetadata } of converted.members.values()) {
      const timeoutMs = classicMemberMetadata?.sessionTimeoutMs ?? 0;
      timers.startSession(group.groupId, memberId, timeoutMs);
    }
    return converted;
  }

  /** Whether only classic members are left when those have gone. */
  shouldDowngrade(group: ConsumerGroup, leaving: ReadonlySet<string>): boolean {
    const { settings } = this.#parts;
    const left = [...group.members.values()].filter(({ memberId }) => !leaving.has(memberId));
    return (
      left.length > 0 &&
      left.every(({ classicMemberMetadata }) => classicMemberMetadata !== null) &&
      mayDowngrade(settings) &&
      left.length <= settings.classicMaxSize
    );
  }

  /** Whether a classic member that takes the place of that one leaves only classic members. */
  shouldDowngradeFor(group: ConsumerGroup, replaced: ConsumerMember): boolean {
    const { settings } = this.#parts;
    const isLast =
      replaced.classicMemberMetadata === null &&
      group.classicMemberCount === group.members.size - 1;
    return isLast && mayDowngrade(settings) && group.members.size <= settings.classicMaxSize;
  }

  /**
   * Changes the group at once: its records are not to be replayed (`convertToClassicGroup`).
   * @returns The classic group.
   */
  downgrade(
    group: ConsumerGroup,
    { leaving, joining, isRebalancing }: Downgrade,
    records: CoordinatorRecord[],
  ): ClassicGroup {
    const { rebalance, replaceGroup, wallClockMs } = this.#parts;
    const { groupId, groupEpoch } = group;
    const replaced = group.staticMember(joining?.instanceId ?? null);
    const idOf = (memberId: string): string =>
      joining !== undefined && memberId === replaced?.memberId ? joining.memberId : memberId;
    records.push(...groupTombstones(group, idOf));
    const members = [...group.members.values()]
      .filter((member) => !leaving.has(member.memberId) && member !== replaced)
      .map((member) => this.#classicMember(member, group.targetOf(member.memberId)));
    if (joining !== undefined) {
      const target = group.targetOf(replaced?.memberId ?? '');
      members.push(this.#classicMember(joining, target));
    }
    const times = { generation: groupEpoch, nowMs: wallClockMs() };
    const classic = ClassicGroup.stable(groupId, members, times);
    records.push(groupMetadataRecord(groupId, classic.store()));
    replaceGroup(classic);
    for (const member of classic.members.values()) rebalance.restartSession(classic, member);
    if (isRebalancing) rebalance.prepare(classic);
    return classic;
  }

  /** Who waits for the end of a rebalance is to join again. */
  #sendBack(group: ClassicGroup): void {
    for (const member of group.members.values()) {
      const { memberId, awaitingSync } = member;
      const refused = refusedJoin('REBALANCE_IN_PROGRESS', memberId);
      this.#parts.rebalance.answerJoin(member, () => refused);
      member.awaitingSync = undefined;
      awaitingSync?.(refusedSync('REBALANCE_IN_PROGRESS'));
    }
  }

  /** `ConsumerGroup.fromClassicGroup` */
  #convert(group: ClassicGroup): ConsumerGroup | GroupRefusal {
    const { generation, protocolName, groupId } = group;
    if (protocolName === null) return new GroupRefusal('UNKNOWN_SERVER_ERROR');
    const epochs = { groupEpoch: generation, assignmentEpoch: generation };
    let converted = new ConsumerGroup(groupId).with(epochs);
    try {
      for (const member of group.members.values()) {
        const assigned = readAssigned(member.assignment);
        if (assigned === undefined) return customAssignor(groupId);
        // One that has joined since; Kafka fails when it asks for what it said of the protocol.
        if (!member.protocols.some(({ name }) => name === protocolName)) {
          return new GroupRefusal('UNKNOWN_SERVER_ERROR');
        }
        const target = this.#withIds(assigned);
        const targets = new Map(converted.content.targets).set(member.memberId, target);
        converted = converted
          .updateMember(convertedMember(member, { protocolName, generation, target }))
          .with({ targets });
      }
    } catch (error) {
      if (error instanceof ReplayError) return new GroupRefusal('UNKNOWN_SERVER_ERROR');
      if (!(error instanceof MalformedBytesError)) throw error;
      return cannotUpgrade(groupId, 'because the embedded consumer protocol is malformed.');
    }
    const metadataHash = this.#parts.topics.hashOf(converted.subscribedTopics);
    return converted.with({ metadataHash });
  }

  /** Topics that are no more are left out. */
  #withIds(assigned: readonly ProtocolPartitions[]): PartitionsByTopic {
    const byTopic = new Map<Uuid, ReadonlySet<number>>();
    for (const { topic, partitions } of assigned) {
      const topicId = this.#parts.topics.topicIdOf(topic);
      if (topicId !== undefined) byTopic.set(topicId, new Set(partitions));
    }
    return byTopic;
  }

  #classicMember(member: ConsumerMember, target: PartitionsByTopic): ClassicMember {
    const { memberId, instanceId, clientId, clientHost, rebalanceTimeoutMs } = member;
    const { sessionTimeoutMs = 0, supportedProtocols = [] } = member.classicMemberMetadata ?? {};
    return new ClassicMember({
      memberId,
      groupInstanceId: instanceId,
      clientId,
      clientHost,
      rebalanceTimeoutMs,
      sessionTimeoutMs,
      protocols: supportedProtocols,
      assignment: namedAssignment(target, this.#parts.topics),
    });
  }
}

/** An assignment in the words of the classic protocol; topics that are no more are left out. */
export function namedAssignment(
  assignment: ReadonlyMap<Uuid, ReadonlySet<number> | ReadonlyMap<number, number>>,
  topics: GroupTopics,
): Bytes {
  const assignedPartitions: ProtocolPartitions[] = [];
  for (const [topicId, partitions] of assignment) {
    const topic = topics.nameOf(topicId);
    const numbers = [...partitions.keys()].sort((one, other) => one - other);
    if (topic !== undefined) assignedPartitions.push({ topic, partitions: numbers });
  }
  return assignmentBytes({ assignedPartitions, userData: null });
}

function upgradeRefusal(group: ClassicGroup, settings: ConsumerSettings): GroupRefusal | undefined {
  const { groupId, usesConsumerProtocol, members } = group;
  if (!mayUpgrade(settings)) {
    return cannotUpgrade(groupId, 'because online upgrade is disabled.');
  }
  if (!usesConsumerProtocol) {
    const what = 'because the group does not use the consumer embedded protocol.';
    return cannotUpgrade(groupId, what);
  }
  if (members.size <= settings.maxSize) return undefined;
  const what = 'because the group size exceeds the consumer group maximum size.';
  return cannotUpgrade(groupId, what);
}

function customAssignor(groupId: string): GroupRefusal {
  const what = 'because an unsupported custom assignor is in use.';
  const advice =
    'Please refer to the documentation or switch to a default assignor before re-attempting the upgrade.';
  return cannotUpgrade(groupId, `${what} ${advice}`);
}

function cannotUpgrade(groupId: string, why: string): GroupRefusal {
  const message = `Cannot upgrade classic group ${groupId} to consumer group ${why}`;
  return new GroupRefusal('GROUP_ID_NOT_FOUND', message);
}

/** Undefined if an assignor has put something of its own into it, which would be lost. */
function readAssigned(assignment: Bytes): readonly ProtocolPartitions[] | undefined {
  if (assignment === '') return [];
  const { assignedPartitions, userData } = readAssignment(assignment);
  return userData === null || userData === '' ? assignedPartitions : undefined;
}

function convertedMember(
  member: ClassicMember,
  {
    protocolName,
    generation,
    target,
  }: {
    readonly protocolName: string;
    readonly generation: number;
    readonly target: PartitionsByTopic;
  },
): ConsumerMember {
  const { topics, rackId } = readSubscription(member.metadata(protocolName));
  const assigned = new Map(
    [...target].map(([topicId, partitions]) => [
      topicId,
      new Map([...partitions].map((partition) => [partition, generation])),
    ]),
  );
  return {
    ...newConsumerMember(member.memberId),
    memberEpoch: generation,
    previousMemberEpoch: generation,
    assigned,
    instanceId: member.groupInstanceId,
    rackId: rackId === '' ? null : rackId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    subscribedTopicNames: [...new Set(topics)].sort(compareTexts),
    classicMemberMetadata: {
      sessionTimeoutMs: member.sessionTimeoutMs,
      supportedProtocols: member.protocols,
    },
  };
}

/** All that the log has to know of a group that it has not known (`createConsumerGroupRecords`). */
function pushRecords(group: ConsumerGroup, records: CoordinatorRecord[]): void {
  const { groupId, groupEpoch, assignmentEpoch } = group;
  const members = [...group.members.values()];
  for (const member of members) records.push(memberRecord(groupId, member));
  records.push(groupEpochRecord(groupId, groupEpoch, group.content.metadataHash));
  for (const { memberId } of members) {
    records.push(targetRecord(groupId, memberId, group.targetOf(memberId)));
  }
  const value = { assignmentEpoch, assignmentTimestampMs: 0 };
  const type = 'ConsumerGroupTargetAssignmentMetadata';
  records.push(consumerGroupRecord({ type, groupId, value }));
  for (const member of members) records.push(currentAssignmentRecord(groupId, member));
}
