import {
  type ClassicMemberMetadata,
  type MemberDescription,
  type StoredAssignment,
  type StoredMemberAssignment,
} from '../../../../protocol/consumer-group-record.ts';
import { type Uuid } from '../../../../protocol/uuid.ts';
import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import { consumerGroupRecord } from './consumer-records.ts';
import {
  type AssignedEpochs,
  areSameEpochs,
  type MemberAssignment,
  type MemberState,
  memberStates,
} from './member-assignment.ts';

/** Of a member that has left, or that is not yet one. */
export const leaveEpoch = -1;
/** Of a static member that has left and may come back (KIP-345). */
export const staticLeaveEpoch = -2;

/** A member of a consumer group (`ConsumerGroupMember`). Immutable: a change makes a new one. */
export interface ConsumerMember extends MemberAssignment, MemberDescription {
  readonly memberId: string;
}

/** A member of which nothing is known yet. */
export function newConsumerMember(memberId: string): ConsumerMember {
  return {
    memberId,
    state: 'STABLE',
    memberEpoch: 0,
    previousMemberEpoch: -1,
    assigned: new Map(),
    pendingRevocation: new Map(),
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    subscribedTopicNames: [],
    subscribedTopicRegex: '',
    rebalanceTimeoutMs: -1,
    serverAssignor: null,
    classicMemberMetadata: null,
  };
}

/**
 * The member epoch at which it was assigned the partition, which it may be about to give up; undefined: it
 * does not have it.
 */
export function assignmentEpochOf(
  { assigned, pendingRevocation }: ConsumerMember,
  topicId: Uuid,
  partition: number,
): number | undefined {
  return assigned.get(topicId)?.get(partition) ?? pendingRevocation.get(topicId)?.get(partition);
}

export function usesClassicProtocol(member: ConsumerMember): boolean {
  return member.classicMemberMetadata !== null;
}

/** Whether the member has all of the target of that epoch. */
export function isReconciledTo(
  { state, memberEpoch }: Pick<MemberAssignment, 'state' | 'memberEpoch'>,
  targetEpoch: number,
): boolean {
  return state === 'STABLE' && memberEpoch === targetEpoch;
}

export function areSameDescriptions(one: MemberDescription, other: MemberDescription): boolean {
  return (
    one.instanceId === other.instanceId &&
    one.rackId === other.rackId &&
    one.clientId === other.clientId &&
    one.clientHost === other.clientHost &&
    one.subscribedTopicRegex === other.subscribedTopicRegex &&
    one.rebalanceTimeoutMs === other.rebalanceTimeoutMs &&
    one.serverAssignor === other.serverAssignor &&
    areSameTexts(one.subscribedTopicNames, other.subscribedTopicNames) &&
    areSameProtocols(one.classicMemberMetadata, other.classicMemberMetadata)
  );
}

export function areSameAssignments(one: MemberAssignment, other: MemberAssignment): boolean {
  return (
    one.state === other.state &&
    one.memberEpoch === other.memberEpoch &&
    one.previousMemberEpoch === other.previousMemberEpoch &&
    areSameEpochs(one.assigned, other.assigned) &&
    areSameEpochs(one.pendingRevocation, other.pendingRevocation)
  );
}

/** Of lists that are in order. */
export function areSameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

function areSameProtocols(
  one: ClassicMemberMetadata | null,
  other: ClassicMemberMetadata | null,
): boolean {
  if (one === null || other === null) return one === other;
  const { supportedProtocols } = other;
  return (
    one.sessionTimeoutMs === other.sessionTimeoutMs &&
    one.supportedProtocols.length === supportedProtocols.length &&
    one.supportedProtocols.every(({ name, metadata }, index) => {
      const protocol = supportedProtocols[index];
      return protocol?.name === name && protocol.metadata === metadata;
    })
  );
}

/** What the log keeps of what a member says of itself. */
export function memberRecord(groupId: string, member: ConsumerMember): CoordinatorRecord {
  const { memberId } = member;
  const value: MemberDescription = {
    instanceId: member.instanceId,
    rackId: member.rackId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: member.subscribedTopicNames,
    subscribedTopicRegex: member.subscribedTopicRegex,
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    serverAssignor: member.serverAssignor,
    classicMemberMetadata: member.classicMemberMetadata,
  };
  return consumerGroupRecord({ type: 'ConsumerGroupMemberMetadata', groupId, memberId, value });
}

/** What the log keeps of how far a member is. */
export function currentAssignmentRecord(
  groupId: string,
  member: ConsumerMember,
): CoordinatorRecord {
  const { memberId, memberEpoch, previousMemberEpoch } = member;
  return consumerGroupRecord({
    type: 'ConsumerGroupCurrentMemberAssignment',
    groupId,
    memberId,
    value: {
      memberEpoch,
      previousMemberEpoch,
      state: memberStates[member.state],
      assignedPartitions: storedEpochs(member.assigned),
      partitionsPendingRevocation: storedEpochs(member.pendingRevocation),
    },
  });
}

/** What a record says of how far a member is. */
export function restoredAssignment(stored: StoredMemberAssignment): MemberAssignment {
  return {
    state: stateOf(stored.state),
    memberEpoch: stored.memberEpoch,
    previousMemberEpoch: stored.previousMemberEpoch,
    assigned: restoredEpochs(stored.assignedPartitions),
    pendingRevocation: restoredEpochs(stored.partitionsPendingRevocation),
  };
}

function storedEpochs(epochs: AssignedEpochs): StoredAssignment[] {
  return [...epochs].map(([topicId, partitions]) => ({
    topicId,
    partitions: [...partitions.keys()],
    assignmentEpochs: [...partitions.values()],
  }));
}

function restoredEpochs(stored: readonly StoredAssignment[]): AssignedEpochs {
  return new Map(
    stored.map(({ topicId, partitions, assignmentEpochs }): [Uuid, Map<number, number>] => [
      topicId,
      new Map(partitions.map((partition, index) => [partition, assignmentEpochs[index] ?? 0])),
    ]),
  );
}

function stateOf(number: number): MemberState {
  switch (number) {
    case memberStates.STABLE:
      return 'STABLE';
    case memberStates.UNREVOKED_PARTITIONS:
      return 'UNREVOKED_PARTITIONS';
    default:
      return 'UNRELEASED_PARTITIONS';
  }
}
