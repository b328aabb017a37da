import { ByteWriter } from '../../../protocol/byte-writer.ts';
import { fromByteArray, utf8Bytes } from '../../../protocol/bytes.ts';
import {
  type StoredGroup,
  type StoredMember,
  type StoredOffset,
} from '../../../protocol/coordinator-record.ts';
import { type Bytes } from '../../../protocol/record-batch.ts';
import { zeroUuid } from '../../../protocol/uuid.ts';
import { type CoordinatorRecord } from '../runtime/coordinator-operation.ts';

/** The kind of a record, in front of its key (`CoordinatorRecordType`). */
const recordTypes = { offsetCommit: 1, groupMetadata: 2 } as const;
/** The versions of the values that 4.3.1 writes. */
const groupMetadataVersion = 3;
const offsetCommitVersion = 4;
/** Has a field for an expiry time that an old client asked for. */
const expiringOffsetCommitVersion = 1;
const uuidBytes = 16;

/** A classic group at the end of a generation; null as value removes it. */
export function groupMetadataRecord(groupId: string, value: StoredGroup | null): CoordinatorRecord {
  const key = new ByteWriter();
  key.int16(recordTypes.groupMetadata);
  string(key, groupId);
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
  string(key, groupId);
  string(key, topic);
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
  string(writer, group.protocolType);
  writer.int32(group.generation);
  nullableString(writer, group.protocol);
  nullableString(writer, group.leader);
  writer.int64(group.currentStateTimestampMs);
  writer.int32(group.members.length);
  for (const member of group.members) writeMember(writer, member);
  return fromByteArray(writer.written());
}

function writeMember(writer: ByteWriter, member: StoredMember): void {
  string(writer, member.memberId);
  nullableString(writer, member.groupInstanceId);
  string(writer, member.clientId);
  string(writer, member.clientHost);
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
    string(writer, value.metadata);
    writer.int64(value.commitTimestampMs);
    writer.int64(value.expireTimestampMs);
    return fromByteArray(writer.written());
  }
  writer.int32(value.leaderEpoch);
  const metadata = utf8Bytes(value.metadata);
  writer.unsignedVarint(metadata.length + 1);
  writer.bytes(metadata);
  writer.int64(value.commitTimestampMs);
  const hasTopicId = value.topicId !== zeroUuid;
  writer.unsignedVarint(hasTopicId ? 1 : 0);
  if (hasTopicId) {
    writer.unsignedVarint(0);
    writer.unsignedVarint(uuidBytes);
    writer.bytes('\0'.repeat(uuidBytes));
  }
  return fromByteArray(writer.written());
}

function string(writer: ByteWriter, text: string): void {
  const bytes = utf8Bytes(text);
  writer.int16(bytes.length);
  writer.bytes(bytes);
}

function nullableString(writer: ByteWriter, text: string | null): void {
  if (text === null) writer.int16(-1);
  else string(writer, text);
}
