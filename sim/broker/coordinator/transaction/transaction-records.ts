import { assert, present } from '../../../kernel/assert.ts';
import { ByteWriter } from '../../../protocol/byte-writer.ts';
import { fromByteArray, utf8Bytes } from '../../../protocol/bytes.ts';
import {
  type StoredTransaction,
  type TransactionData,
} from '../../../protocol/coordinator-record.ts';
import { type Bytes } from '../../../protocol/record-batch.ts';
import { shownState, transactionStates } from './transaction-state.ts';
import {
  type TopicPartition,
  type TransactionPartitions,
  type TransactionTransit,
} from './transaction-transit.ts';

/** A record of `__transaction_state`: its bytes, and what they say. */
export interface TransactionRecord {
  readonly key: Bytes;
  /** Null: the id is forgotten. */
  readonly value: Bytes | null;
  readonly data: TransactionData;
}

/** Of a key (`CoordinatorRecordType.TRANSACTION_LOG`). */
const keyVersion = 0;
/** From this level of `transaction.version` on values are of version 1, with tagged fields. */
const firstLevelWithTags = 1;
/** Of a record that does not say it: a retry of what raised the epoch is not known as such. */
const noLastEpoch = -1;
const noTag = { previousProducerId: -1, nextProducerId: -1, clientTransactionVersion: 0 };

/** How a record is written. */
export interface RecordFormat {
  /** Level of `transaction.version`. */
  readonly transactionVersion: number;
  readonly keepsLastEpoch: boolean;
}

/** A transactional id as it is now (`TransactionLog.valueToBytes`). */
export function transactionRecord(
  transactionalId: string,
  transit: TransactionTransit,
  { transactionVersion, keepsLastEpoch }: RecordFormat,
): TransactionRecord {
  const isTagged = transactionVersion >= firstLevelWithTags;
  const told = stored(transit, isTagged);
  const { lastProducerEpoch } = transit;
  const value = keepsLastEpoch ? { ...told, lastProducerEpoch } : told;
  return {
    key: transactionKey(transactionalId),
    value: valueBytes(transit, isTagged),
    data: { type: 'TransactionMetadata', transactionalId, value },
  };
}

/** Forgets a transactional id. */
export function transactionTombstone(transactionalId: string): TransactionRecord {
  const data = { type: 'TransactionMetadata', transactionalId, value: null } as const;
  return { key: transactionKey(transactionalId), value: null, data };
}

/** What a coordinator knows that has read the record. */
export function restoredTransit(value: StoredTransaction): TransactionTransit {
  const { previousProducerId, clientTransactionVersion, state, partitions, ...rest } = value;
  const named = partitions.map((partition) => [nameOf(partition), partition] as const);
  return {
    ...rest,
    state: present(shownState(state), 'the state of a stored transaction'),
    prevProducerId: previousProducerId,
    lastProducerEpoch: value.lastProducerEpoch ?? noLastEpoch,
    partitions: new Map(named),
    clientVersion: clientTransactionVersion,
  };
}

export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}

function stored(transit: TransactionTransit, isTagged: boolean): StoredTransaction {
  const { shown: state } = transactionStates[transit.state];
  assert(state !== 'Dead' && state !== 'PrepareEpochFence', 'only lasting states are written');
  const { producerId, producerEpoch, timeoutMs, startTimestampMs, txnUid } = transit;
  return {
    producerId,
    previousProducerId: isTagged ? transit.prevProducerId : noTag.previousProducerId,
    nextProducerId: isTagged ? transit.nextProducerId : noTag.nextProducerId,
    producerEpoch,
    timeoutMs,
    state,
    partitions: [...transit.partitions.values()],
    lastUpdateTimestampMs: transit.lastUpdateTimestampMs,
    startTimestampMs,
    clientTransactionVersion: isTagged ? transit.clientVersion : noTag.clientTransactionVersion,
    txnUid,
  };
}

function transactionKey(transactionalId: string): Bytes {
  const writer = new ByteWriter();
  const id = utf8Bytes(transactionalId);
  writer.int16(keyVersion);
  writer.int16(id.length);
  writer.bytes(id);
  return fromByteArray(writer.written());
}

function valueBytes(transit: TransactionTransit, isTagged: boolean): Bytes {
  const writer = new ByteWriter();
  writer.int16(isTagged ? 1 : 0);
  writer.int64(transit.producerId);
  writer.int16(transit.producerEpoch);
  writer.int32(transit.timeoutMs);
  writer.int8(transactionStates[transit.state].id);
  writePartitions(writer, transit.state === 'EMPTY' ? null : transit.partitions, isTagged);
  writer.int64(transit.lastUpdateTimestampMs);
  writer.int64(transit.startTimestampMs);
  if (isTagged) writeTags(writer, transit);
  return fromByteArray(writer.written());
}

function writePartitions(
  writer: ByteWriter,
  partitions: TransactionPartitions | null,
  isTagged: boolean,
): void {
  const byTopic = new Map<string, number[]>();
  for (const { topic, partition } of partitions?.values() ?? []) {
    const known = byTopic.get(topic);
    if (known === undefined) byTopic.set(topic, [partition]);
    else known.push(partition);
  }
  writeLength(writer, partitions === null ? -1 : byTopic.size, isTagged);
  for (const [topic, numbers] of byTopic) {
    const name = utf8Bytes(topic);
    if (isTagged) writer.unsignedVarint(name.length + 1);
    else writer.int16(name.length);
    writer.bytes(name);
    writeLength(writer, numbers.length, isTagged);
    for (const number of numbers) writer.int32(number);
    if (isTagged) writer.unsignedVarint(0);
  }
}

/** -1: null. */
function writeLength(writer: ByteWriter, length: number, isCompact: boolean): void {
  if (isCompact) writer.unsignedVarint(length + 1);
  else writer.int32(length);
}

function writeTags(writer: ByteWriter, transit: TransactionTransit): void {
  const { prevProducerId, nextProducerId, clientVersion } = transit;
  const hasPrevious = prevProducerId !== noTag.previousProducerId;
  const hasNext = nextProducerId !== noTag.nextProducerId;
  const hasVersion = clientVersion !== noTag.clientTransactionVersion;
  writer.unsignedVarint(Number(hasPrevious) + Number(hasNext) + Number(hasVersion));
  if (hasPrevious) {
    writeTag(writer, 0, 8);
    writer.int64(prevProducerId);
  }
  if (hasNext) {
    writeTag(writer, 1, 8);
    writer.int64(nextProducerId);
  }
  if (hasVersion) {
    writeTag(writer, 2, 2);
    writer.int16(clientVersion);
  }
}

function writeTag(writer: ByteWriter, tag: number, sizeInBytes: number): void {
  writer.unsignedVarint(tag);
  writer.unsignedVarint(sizeInBytes);
}
