import { ByteWriter } from '../../../protocol/byte-writer.ts';
import { fromByteArray } from '../../../protocol/bytes.ts';
import {
  type StoredGroup,
  type StoredMember,
  type StoredOffset,
} from '../../../protocol/coordinator-record.ts';
import { type Bytes } from '../../../protocol/record-batch.ts';
import { zeroUuid } from '../../../protocol/uuid.ts';
import { type CoordinatorRecord } from '../runtime/coordinator-operation.ts';
import {
  writeCompactString,
  writeNoTaggedFields,
  writeNullableString,
  writeString,
  writeTaggedField,
  writeUuid,
} from './record-writing.ts';

/** The kind of a record, in front of its key (`CoordinatorRecordType`). */
const recordTypes = { offsetCommit: 1, groupMetadata: 2 } as const;
/** The versions of the values that 4.3.1 writes. */
const groupMetadataVersion = 3;
const offsetCommitVersion = 4;
/** Has a field for an expiry time that an old client asked for. */
const expiringOffsetCommitVersion = 1;

/** A classic group at the end of a generation; null as value removes it. */
export function groupMetadataRecord(groupId: string, value: StoredGroup | null): CoordinatorRecord {
  const key = new ByteWriter();
  key.int16(recordTypes.groupMetadata);
  writeString(key, groupId);
  return {
    key: fromByteArray(key.written()),
    value: value === null ? null : groupMetadataValue(value),
    data: { type: 'GroupMetadata', groupId, value },
  };
}

/** A committed offset; null as value removes it. */
export function offsetCommitRecord(
  groupId: string,
  place: { readonly topic: string; readonly partition: number },
  value: StoredOffset | null,
): CoordinatorRecord {
  const { topic, partition } = place;
  const key = new ByteWriter();
  key.int16(recordTypes.offsetCommit);
  writeString(key, groupId);
  writeString(key, topic);
  key.int32(partition);
  return {
    key: fromByteArray(key.written()),
    value: value === null ? null : offsetCommitValue(value),
    data: { type: 'OffsetCommit', groupId, topic, partition, value },
  };
}

function groupMetadataValue(group: StoredGroup): Bytes {
  const writer = new ByteWriter();
  writer.int16(groupMetadataVersion);
  writeString(writer, group.protocolType);
  writer.int32(group.generation);
  writeNullableString(writer, group.protocol);
  writeNullableString(writer, group.leader);
  writer.int64(group.currentStateTimestampMs);
  writer.int32(group.members.length);
  for (const member of group.members) writeMember(writer, member);
  return fromByteArray(writer.written());
}

function writeMember(writer: ByteWriter, member: StoredMember): void {
  writeString(writer, member.memberId);
  writeNullableString(writer, member.groupInstanceId);
  writeString(writer, member.clientId);
  writeString(writer, member.clientHost);
  writer.int32(member.rebalanceTimeoutMs);
  writer.int32(member.sessionTimeoutMs);
  for (const bytes of [member.subscription, member.assignment]) {
    writer.int32(bytes.length);
    writer.bytes(bytes);
  }
}

/** Only its length counts: what it says is in the record's data. The topic id is left as zeros. */
function offsetCommitValue(value: StoredOffset): Bytes {
  const writer = new ByteWriter();
  const expires = value.expireTimestampMs >= 0;
  writer.int16(expires ? expiringOffsetCommitVersion : offsetCommitVersion);
  writer.int64(value.offset);
  if (expires) {
    writeString(writer, value.metadata);
    writer.int64(value.commitTimestampMs);
    writer.int64(value.expireTimestampMs);
    return fromByteArray(writer.written());
  }
  writer.int32(value.leaderEpoch);
  writeCompactString(writer, value.metadata);
  writer.int64(value.commitTimestampMs);
  const hasTopicId = value.topicId !== zeroUuid;
  if (hasTopicId) {
    const topicId = new ByteWriter();
    writeUuid(topicId);
    writeTaggedField(writer, topicId.written());
  } else {
    writeNoTaggedFields(writer);
  }
  return fromByteArray(writer.written());
}
