import { ByteWriter } from '../../../../protocol/byte-writer.ts';
import { fromByteArray } from '../../../../protocol/bytes.ts';
import {
  type ClassicMemberMetadata,
  type ConsumerGroupData,
  type MemberDescription,
  type ResolvedRegularExpression,
  type StoredAssignment,
  type StoredMemberAssignment,
  type StoredPartitions,
} from '../../../../protocol/consumer-group-record.ts';
import { type Bytes } from '../../../../protocol/record-batch.ts';
import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import {
  writeCompactBytes,
  writeCompactNumbers,
  writeCompactString,
  writeNoTaggedFields,
  writeString,
  writeTaggedField,
  writeUuid,
} from '../record-writing.ts';

/** The kind of a record, in front of its key (`CoordinatorRecordType`). */
const recordTypes: Readonly<Record<ConsumerGroupData['type'], number>> = {
  ConsumerGroupMetadata: 3,
  ConsumerGroupPartitionMetadata: 4,
  ConsumerGroupMemberMetadata: 5,
  ConsumerGroupTargetAssignmentMetadata: 6,
  ConsumerGroupTargetAssignmentMember: 7,
  ConsumerGroupCurrentMemberAssignment: 8,
  ConsumerGroupRegularExpression: 16,
};
const valueVersion = 0;

/** A record about a consumer group (`GroupCoordinatorRecordHelpers`); no value removes what it names. */
export function consumerGroupRecord(data: ConsumerGroupData): CoordinatorRecord {
  const key = new ByteWriter();
  key.int16(recordTypes[data.type]);
  writeString(key, data.groupId);
  if ('memberId' in data) writeString(key, data.memberId);
  if ('regularExpression' in data) writeString(key, data.regularExpression);
  return { key: fromByteArray(key.written()), value: valueOf(data), data };
}

/** What takes a member out of the log, in the order in which it is replayed. */
export function memberTombstones(groupId: string, memberId: string): CoordinatorRecord[] {
  const member = { groupId, memberId, value: null };
  return [
    consumerGroupRecord({ type: 'ConsumerGroupCurrentMemberAssignment', ...member }),
    consumerGroupRecord({ type: 'ConsumerGroupTargetAssignmentMember', ...member }),
    consumerGroupRecord({ type: 'ConsumerGroupMemberMetadata', ...member }),
  ];
}

export function groupEpochRecord(
  groupId: string,
  epoch: number,
  metadataHash: number,
): CoordinatorRecord {
  return consumerGroupRecord({
    type: 'ConsumerGroupMetadata',
    groupId,
    value: { epoch, metadataHash },
  });
}

function valueOf(data: ConsumerGroupData): Bytes | null {
  switch (data.type) {
    case 'ConsumerGroupMetadata':
      return valueBytes(data.value, writeEpoch);
    case 'ConsumerGroupMemberMetadata':
      return valueBytes(data.value, writeDescription);
    case 'ConsumerGroupTargetAssignmentMetadata':
      return valueBytes(data.value, writeAssignmentEpoch);
    case 'ConsumerGroupTargetAssignmentMember':
      return valueBytes(data.value, writeTarget);
    case 'ConsumerGroupCurrentMemberAssignment':
      return valueBytes(data.value, writeAssignment);
    case 'ConsumerGroupRegularExpression':
      return valueBytes(data.value, writeExpression);
    case 'ConsumerGroupPartitionMetadata':
      return null;
  }
}

function valueBytes<V>(
  value: V | null,
  write: (writer: ByteWriter, value: V) => void,
): Bytes | null {
  if (value === null) return null;
  const writer = new ByteWriter();
  writer.int16(valueVersion);
  write(writer, value);
  return fromByteArray(writer.written());
}

function writeEpoch(
  writer: ByteWriter,
  { epoch, metadataHash }: { readonly epoch: number; readonly metadataHash: number },
): void {
  writer.int32(epoch);
  writeInt64Tag(writer, metadataHash);
}

function writeAssignmentEpoch(
  writer: ByteWriter,
  value: { readonly assignmentEpoch: number; readonly assignmentTimestampMs: number },
): void {
  writer.int32(value.assignmentEpoch);
  writeInt64Tag(writer, value.assignmentTimestampMs);
}

/** Left out where it is 0. */
function writeInt64Tag(writer: ByteWriter, value: number): void {
  if (value === 0) {
    writeNoTaggedFields(writer);
    return;
  }
  const field = new ByteWriter();
  field.int64(value);
  writeTaggedField(writer, field.written());
}

function writeDescription(writer: ByteWriter, member: MemberDescription): void {
  writeCompactString(writer, member.instanceId);
  writeCompactString(writer, member.rackId);
  writeCompactString(writer, member.clientId);
  writeCompactString(writer, member.clientHost);
  writer.unsignedVarint(member.subscribedTopicNames.length + 1);
  for (const name of member.subscribedTopicNames) writeCompactString(writer, name);
  writeCompactString(writer, member.subscribedTopicRegex);
  writer.int32(member.rebalanceTimeoutMs);
  writeCompactString(writer, member.serverAssignor);
  const field = new ByteWriter();
  // Also that there are none is said, in a byte.
  if (member.classicMemberMetadata === null) field.int8(0);
  else writeClassicMetadata(field, member.classicMemberMetadata);
  writeTaggedField(writer, field.written());
}

function writeClassicMetadata(
  writer: ByteWriter,
  { sessionTimeoutMs, supportedProtocols }: ClassicMemberMetadata,
): void {
  writer.int8(1);
  writer.int32(sessionTimeoutMs);
  writer.unsignedVarint(supportedProtocols.length + 1);
  for (const { name, metadata } of supportedProtocols) {
    writeCompactString(writer, name);
    writeCompactBytes(writer, metadata);
    writeNoTaggedFields(writer);
  }
  writeNoTaggedFields(writer);
}

function writeTarget(writer: ByteWriter, target: readonly StoredPartitions[]): void {
  writer.unsignedVarint(target.length + 1);
  for (const { partitions } of target) {
    writeUuid(writer);
    writeCompactNumbers(writer, partitions);
    writeNoTaggedFields(writer);
  }
  writeNoTaggedFields(writer);
}

function writeAssignment(writer: ByteWriter, assignment: StoredMemberAssignment): void {
  writer.int32(assignment.memberEpoch);
  writer.int32(assignment.previousMemberEpoch);
  writer.int8(assignment.state);
  for (const topics of [assignment.assignedPartitions, assignment.partitionsPendingRevocation]) {
    writer.unsignedVarint(topics.length + 1);
    for (const topic of topics) writeAssignedTopic(writer, topic);
  }
  writeNoTaggedFields(writer);
}

function writeAssignedTopic(
  writer: ByteWriter,
  { partitions, assignmentEpochs }: StoredAssignment,
): void {
  writeUuid(writer);
  writeCompactNumbers(writer, partitions);
  const epochs = new ByteWriter();
  writeCompactNumbers(epochs, assignmentEpochs);
  writeTaggedField(writer, epochs.written());
}

function writeExpression(
  writer: ByteWriter,
  { topics, version, timestampMs }: ResolvedRegularExpression,
): void {
  writer.unsignedVarint(topics.length + 1);
  for (const topic of topics) writeCompactString(writer, topic);
  writer.int64(version);
  writer.int64(timestampMs);
  writeNoTaggedFields(writer);
}
