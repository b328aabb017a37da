import { fromByteArray, textOf, toByteArray, utf8Bytes } from '../../../protocol/bytes.ts';
import { ByteReader, MalformedBytesError } from '../../../protocol/byte-reader.ts';
import { ByteWriter } from '../../../protocol/byte-writer.ts';
import { type Bytes } from '../../../protocol/record-batch.ts';
import { groupByTopic, type TopicPartition, topicPartition } from '../../topic-partition.ts';
import { defaultGeneration, type MemberHistory } from './previous-owners.ts';

/** What a member with the `StickyAssignor` adds to its subscription (version 1). */
export function stickyUserData(partitions: readonly TopicPartition[], generation: number): Bytes {
  const topics = groupByTopic(partitions, ({ topic }) => topic);
  const writer = new ByteWriter();
  writer.int32(topics.size);
  for (const [topic, ofTopic] of topics) {
    const name = utf8Bytes(topic);
    writer.int16(name.length);
    writer.bytes(name);
    writer.int32(ofTopic.length);
    for (const { partition } of ofTopic) writer.int32(partition);
  }
  writer.int32(generation);
  return fromByteArray(writer.written());
}

/** Version 0 has no generation; what cannot be read counts as nothing owned. */
export function readStickyUserData(bytes: Bytes | null): MemberHistory {
  if (bytes === null || bytes === '') return { partitions: [], generation: undefined };
  const reader = new ByteReader(toByteArray(bytes));
  const partitions = unlessMalformed(() => readPartitions(reader));
  if (partitions === undefined) return { partitions: [], generation: defaultGeneration };
  return { partitions, generation: unlessMalformed(() => reader.int32()) };
}

/** What a member with the `CooperativeStickyAssignor` adds: its owned partitions are in the subscription. */
export function cooperativeUserData(generation: number): Bytes {
  const writer = new ByteWriter();
  writer.int32(generation);
  return fromByteArray(writer.written());
}

/** Undefined if there is none. */
export function readCooperativeUserData(bytes: Bytes | null): number | undefined {
  if (bytes === null) return undefined;
  const reader = new ByteReader(toByteArray(bytes));
  return unlessMalformed(() => reader.int32()) ?? defaultGeneration;
}

function readPartitions(reader: ByteReader): TopicPartition[] {
  const partitions: TopicPartition[] = [];
  const topics = readCount(reader);
  for (let index = 0; index < topics; index += 1) {
    const topic = textOf(reader.bytes(reader.int16()));
    const count = readCount(reader);
    for (let place = 0; place < count; place += 1) {
      partitions.push(topicPartition(topic, reader.int32()));
    }
  }
  return partitions;
}

function readCount(reader: ByteReader): number {
  const count = reader.int32();
  if (count < 0 || count > reader.remaining) {
    throw new MalformedBytesError(`${count} elements are not there`);
  }
  return count;
}

function unlessMalformed<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedBytesError) return undefined;
    throw error;
  }
}
