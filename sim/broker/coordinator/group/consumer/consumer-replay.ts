import {
  type ConsumerGroupData,
  type StoredPartitions,
} from '../../../../protocol/consumer-group-record.ts';
import { type PartitionsByTopic } from '../assignor/group-spec.ts';
import { ReplayError } from '../../runtime/coordinator-operation.ts';
import { ConsumerGroup } from './consumer-group.ts';
import { changedPartitionEpochs, type EpochBookkeeping } from './partition-epochs.ts';
import { leaveEpoch, newConsumerMember, restoredAssignment } from './consumer-member.ts';

type DataOf<T extends ConsumerGroupData['type']> = Extract<ConsumerGroupData, { readonly type: T }>;

/**
 * The group after a record about it (`GroupMetadataManager.replay`); undefined if there is none. A
 * tombstone of what is not known says nothing: compaction may have taken what stood before it.
 * @throws {ReplayError} If the group cannot be so.
 */
export function replayConsumerRecord(
  known: ConsumerGroup | undefined,
  data: ConsumerGroupData,
  changeEpochs: EpochBookkeeping = changedPartitionEpochs,
): ConsumerGroup | undefined {
  if (known === undefined && data.value === null) return undefined;
  const group = known ?? new ConsumerGroup(data.groupId);
  switch (data.type) {
    case 'ConsumerGroupMetadata':
      return replayEpoch(group, data);
    case 'ConsumerGroupMemberMetadata':
      return replayMember(group, data);
    case 'ConsumerGroupTargetAssignmentMetadata':
      return replayAssignmentEpoch(group, data);
    case 'ConsumerGroupTargetAssignmentMember':
      return replayTarget(group, data);
    case 'ConsumerGroupCurrentMemberAssignment':
      return replayAssignment(group, data, changeEpochs);
    case 'ConsumerGroupRegularExpression':
      return replayExpression(group, data);
    case 'ConsumerGroupPartitionMetadata':
      return group;
  }
}

function replayEpoch(
  group: ConsumerGroup,
  { value }: DataOf<'ConsumerGroupMetadata'>,
): ConsumerGroup | undefined {
  if (value !== null) {
    return group.with({ groupEpoch: value.epoch, metadataHash: value.metadataHash });
  }
  const { members, targets, assignmentEpoch } = group.content;
  check(members.size === 0, 'a group that is removed has no members');
  check(targets.size === 0, 'a group that is removed has no targets');
  check(assignmentEpoch === -1, 'a group that is removed has no assignment');
  return undefined;
}

function replayMember(
  group: ConsumerGroup,
  { memberId, value }: DataOf<'ConsumerGroupMemberMetadata'>,
): ConsumerGroup {
  const before = group.members.get(memberId);
  if (value !== null) {
    return group.updateMember({ ...(before ?? newConsumerMember(memberId)), ...value });
  }
  if (before === undefined) return group;
  check(before.memberEpoch === leaveEpoch, 'a member that is removed holds nothing');
  check(!group.content.targets.has(memberId), 'a member that is removed has no target');
  const members = new Map(group.members);
  members.delete(memberId);
  return group.with({ members });
}

function replayAssignmentEpoch(
  group: ConsumerGroup,
  { value }: DataOf<'ConsumerGroupTargetAssignmentMetadata'>,
): ConsumerGroup {
  if (value !== null) return group.with(value);
  check(group.content.targets.size === 0, 'an assignment that is removed has no targets');
  return group.with({ assignmentEpoch: -1, assignmentTimestampMs: 0 });
}

function replayTarget(
  group: ConsumerGroup,
  { memberId, value }: DataOf<'ConsumerGroupTargetAssignmentMember'>,
): ConsumerGroup {
  const targets = new Map(group.content.targets);
  if (value === null) targets.delete(memberId);
  else targets.set(memberId, restoredPartitions(value));
  return group.with({ targets });
}

function replayAssignment(
  group: ConsumerGroup,
  { memberId, value }: DataOf<'ConsumerGroupCurrentMemberAssignment'>,
  changeEpochs: EpochBookkeeping,
): ConsumerGroup {
  const before = group.members.get(memberId);
  if (value === null && before === undefined) return group;
  const assignment = value === null ? nothingHeld : restoredAssignment(value);
  const member = before ?? newConsumerMember(memberId);
  return group.updateMember({ ...member, ...assignment }, changeEpochs);
}

const nothingHeld = {
  memberEpoch: leaveEpoch,
  previousMemberEpoch: leaveEpoch,
  assigned: new Map(),
  pendingRevocation: new Map(),
};

function replayExpression(
  group: ConsumerGroup,
  { regularExpression, value }: DataOf<'ConsumerGroupRegularExpression'>,
): ConsumerGroup {
  const expressions = new Map(group.content.expressions);
  if (value === null) expressions.delete(regularExpression);
  else expressions.set(regularExpression, value);
  return group.with({ expressions });
}

function check(condition: boolean, rule: string): void {
  if (!condition) throw new ReplayError(rule);
}

function restoredPartitions(stored: readonly StoredPartitions[]): PartitionsByTopic {
  return new Map(stored.map(({ topicId, partitions }) => [topicId, new Set(partitions)]));
}
