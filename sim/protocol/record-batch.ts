import { type CoordinatorData, type TransactionData } from './coordinator-record.ts';
import { type MetadataRecord } from './metadata-record.ts';

/**
 * Bytes as a string with one character, 0 to 255, per byte: compact, immutable, and fit as a map key.
 * Text becomes bytes by `utf8Bytes`; plain ASCII text is its own bytes.
 */
export type Bytes = string;

/** Position of a record in one partition's log: a whole number from 0. Kafka's int64. */
export type Offset = number;

/** Names a record over its whole life, from `send()` on: a ghost that no protocol code may read. */
export type RecordId = number;

/** The `recordId` of a record that no model client sent: markers, recorded cases, Kafka's own records. */
export const noRecordId: RecordId = -1;

/** Names a transaction from `beginTransaction()` on: a ghost that no protocol code may read. */
export type TxnUid = number;

/** The `txnUid` of what belongs to no transaction, or to one that no model client began. */
export const noTxnUid: TxnUid = -1;

/** Names a call that commits offsets over its whole life: a ghost that no protocol code may read. */
export type CommitUid = number;

export interface RecordHeader {
  readonly key: Bytes;
  readonly value: Bytes | null;
}

/** One record as it lies in a batch. Immutable, and shared by all replicas and readers. */
export interface LogRecord {
  /** Position in the batch; the record's offset is the batch's base offset plus this. */
  readonly offsetDelta: number;
  /** Milliseconds since 1970, or -1. */
  readonly timestampMs: number;
  readonly key: Bytes | null;
  readonly value: Bytes | null;
  readonly headers: readonly RecordHeader[];
  /** Size in the batch, as Kafka's `DefaultRecord.sizeInBytes` counts it (compression aside). */
  readonly sizeInBytes: number;
  /** Ghost. */
  readonly recordId: RecordId;
  /** What the value of a record that Kafka itself writes says; null for an application's record. */
  readonly data: RecordData | null;
}

/** What Kafka's own records say. */
export type RecordData = MetadataRecord | ControlRecord | CoordinatorData | TransactionData;

/** The record of a control batch (`ControlRecordType`). */
export interface ControlRecord {
  readonly type: 'commit' | 'abort' | 'leaderChange' | 'other';
  readonly coordinatorEpoch: number;
}

/** Whether a group coordinator has written the record. */
export function isCoordinatorData(data: RecordData): data is CoordinatorData {
  return 'groupId' in data;
}

/** Whether a transaction coordinator has written the record. */
export function isTransactionData(data: RecordData): data is TransactionData {
  return 'transactionalId' in data;
}

export function isControlRecord(data: RecordData): data is ControlRecord {
  return 'coordinatorEpoch' in data;
}

/** Whether the record says something about the cluster. */
export function isMetadataRecord(data: RecordData): data is MetadataRecord {
  return !isControlRecord(data) && !isCoordinatorData(data) && !isTransactionData(data);
}

export type CompressionType = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/**
 * A record batch of format v2 (`DefaultRecordBatch`). Immutable: the leader's append makes a new one
 * with offset, epoch and timestamps assigned, which followers and readers then share.
 */
export interface RecordBatch {
  readonly baseOffset: Offset;
  /** Inclusive; `baseOffset + lastOffsetDelta`. Stays when compaction takes records out. */
  readonly lastOffset: Offset;
  /** Epoch of the leader that appended it; -1 from a client. */
  readonly partitionLeaderEpoch: number;
  /** -1 for a producer without idempotence. */
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Sequence of the first record, -1 without idempotence. */
  readonly baseSequence: number;
  /** Sequence of the last record as first written: wraps from 2^31-1 to 0. */
  readonly lastSequence: number;
  readonly isTransactional: boolean;
  /** Ghost; of a marker: of the transaction that it ends. */
  readonly txnUid: TxnUid;
  readonly isControl: boolean;
  readonly compressionType: CompressionType;
  readonly timestampType: 'CreateTime' | 'LogAppendTime';
  /** Largest timestamp of its records in ms, or -1. */
  readonly maxTimestampMs: number;
  /** When tombstones and markers in it may go, in ms; -1 while unset (KIP-534). */
  readonly deleteHorizonMs: number;
  /** Header included. */
  readonly sizeInBytes: number;
  /** False when the bytes do not match their checksum: bit rot, or a damaged request. */
  readonly isIntact: boolean;
  /** Record format; anything but 2 is refused by a broker. */
  readonly magic: number;
  readonly records: readonly LogRecord[];
}

/** Size of a batch's header (`DefaultRecordBatch.RECORD_BATCH_OVERHEAD`). */
export const batchOverheadBytes = 61;

/** The largest sequence; the next one is 0. */
export const maxSequence = 2_147_483_647;

/** The sequence `increment` after `sequence`, with Kafka's wrap (`DefaultRecordBatch`). */
export function incrementSequence(sequence: number, increment: number): number {
  if (sequence > maxSequence - increment) return increment - (maxSequence - sequence) - 1;
  return sequence + increment;
}

/** The sequence `decrement` before `sequence`, with Kafka's wrap. */
export function decrementSequence(sequence: number, decrement: number): number {
  if (sequence < decrement) return maxSequence - (decrement - sequence) + 1;
  return sequence - decrement;
}
