import { fromByteArray, textOf, toByteArray, utf8Bytes } from './bytes.ts';
import { ByteReader, MalformedBytesError } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { type Bytes } from './record-batch.ts';

/** Partitions of one topic. */
export interface ProtocolPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** What a member of a classic group tells the leader (`ConsumerProtocolSubscription`). */
export interface ProtocolSubscription {
  readonly topics: readonly string[];
  readonly userData: Bytes | null;
  readonly ownedPartitions: readonly ProtocolPartitions[];
  /** In which it owned them; -1 if in none. */
  readonly generationId: number;
  readonly rackId: string | null;
}

/** What the leader of a classic group gives to a member (`ConsumerProtocolAssignment`). */
export interface ProtocolAssignment {
  readonly assignedPartitions: readonly ProtocolPartitions[];
  readonly userData: Bytes | null;
}

/** The version that is written; a newer one is read as this. */
const newestVersion = 3;

export function subscriptionBytes(subscription: ProtocolSubscription): Bytes {
  const writer = new ByteWriter();
  writer.int16(newestVersion);
  writer.int32(subscription.topics.length);
  for (const topic of subscription.topics) writeString(writer, topic);
  writeBytes(writer, subscription.userData);
  writePartitions(writer, subscription.ownedPartitions);
  writer.int32(subscription.generationId);
  if (subscription.rackId === null) writer.int16(-1);
  else writeString(writer, subscription.rackId);
  return fromByteArray(writer.written());
}

/** @throws {MalformedBytesError} If the bytes are none of a subscription. */
export function readSubscription(bytes: Bytes): ProtocolSubscription {
  const reader = new ByteReader(toByteArray(bytes));
  const version = readVersion(reader);
  return {
    topics: readList(reader, () => readString(reader)),
    userData: readBytes(reader),
    ownedPartitions: version >= 1 ? readPartitions(reader) : [],
    generationId: version >= 2 ? reader.int32() : -1,
    rackId: version >= 3 ? readNullableString(reader) : null,
  };
}

export function assignmentBytes({ assignedPartitions, userData }: ProtocolAssignment): Bytes {
  const writer = new ByteWriter();
  writer.int16(newestVersion);
  writePartitions(writer, assignedPartitions);
  writeBytes(writer, userData);
  return fromByteArray(writer.written());
}

/** @throws {MalformedBytesError} If the bytes are none of an assignment. */
export function readAssignment(bytes: Bytes): ProtocolAssignment {
  const reader = new ByteReader(toByteArray(bytes));
  readVersion(reader);
  return { assignedPartitions: readPartitions(reader), userData: readBytes(reader) };
}

function writePartitions(writer: ByteWriter, topics: readonly ProtocolPartitions[]): void {
  writer.int32(topics.length);
  for (const { topic, partitions } of topics) {
    writeString(writer, topic);
    writer.int32(partitions.length);
    for (const partition of partitions) writer.int32(partition);
  }
}

function writeString(writer: ByteWriter, text: string): void {
  const bytes = utf8Bytes(text);
  writer.int16(bytes.length);
  writer.bytes(bytes);
}

function writeBytes(writer: ByteWriter, bytes: Bytes | null): void {
  writer.int32(bytes === null ? -1 : bytes.length);
  if (bytes !== null) writer.bytes(bytes);
}

function readVersion(reader: ByteReader): number {
  const version = reader.int16();
  if (version < 0) throw new MalformedBytesError(`there is no version ${version}`);
  return version;
}

function readPartitions(reader: ByteReader): ProtocolPartitions[] {
  return readList(reader, () => {
    const topic = readString(reader);
    return { topic, partitions: readList(reader, () => reader.int32()) };
  });
}

function readList<T>(reader: ByteReader, readElement: () => T): T[] {
  const count = reader.int32();
  if (count < 0 || count > reader.remaining) {
    throw new MalformedBytesError(`${count} elements are not there`);
  }
  return Array.from({ length: count }, readElement);
}

function readString(reader: ByteReader): string {
  return textOf(reader.bytes(reader.int16()));
}

function readNullableString(reader: ByteReader): string | null {
  const length = reader.int16();
  return length < 0 ? null : textOf(reader.bytes(length));
}

function readBytes(reader: ByteReader): Bytes | null {
  const length = reader.int32();
  return length < 0 ? null : reader.bytes(length);
}
