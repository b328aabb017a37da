import { assert } from '../kernel/assert.ts';
import { assumedRatios } from './compression-ratio.ts';
import {
  batchOverheadBytes,
  type CompressionType,
  incrementSequence,
  type LogRecord,
  noRecordId,
  noTxnUid,
  type Offset,
  type RecordBatch,
  type RecordData,
  type RecordId,
  type TxnUid,
} from './record-batch.ts';
import { type RecordContent, recordSizeInBytes } from './record-size.ts';

/** Kafka's margin for a batch that compresses worse than expected. */
const estimationFactor = Math.fround(1.05);

/** Who wrote a batch, as far as idempotence goes. */
export interface BatchProducer {
  /** -1 without idempotence; so are epoch and sequence. */
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Sequence of the first record. */
  readonly baseSequence: number;
  readonly isTransactional: boolean;
  readonly txnUid: TxnUid;
}

export const noProducer: BatchProducer = {
  producerId: -1,
  producerEpoch: -1,
  baseSequence: -1,
  isTransactional: false,
  txnUid: noTxnUid,
};

export interface BatchBuilderOptions {
  /** How large the batch may grow; a first record always fits (`batch.size`, or its upper bound). */
  readonly writeLimitBytes: number;
  readonly compressionType?: CompressionType;
  /** How well the records are expected to compress (`CompressionRatioEstimator`). */
  readonly estimatedRatio?: number;
  /** Of the first record; 0 in a client's batch. */
  readonly baseOffset?: Offset;
}

/**
 * Collects the records of one batch as a client does, with Kafka's sizes to the byte
 * (`MemoryRecordsBuilder`). What compression would leave is an assumption, see `assumedRatios`.
 */
export class BatchBuilder {
  readonly records: LogRecord[] = [];
  readonly compressionType: CompressionType;
  readonly writeLimitBytes: number;
  readonly #baseOffset: Offset;
  readonly #estimatedRatio: number;
  #baseTimestampMs = -1;
  #maxTimestampMs = -1;
  #recordBytes = 0;

  constructor(options: BatchBuilderOptions) {
    this.writeLimitBytes = options.writeLimitBytes;
    this.compressionType = options.compressionType ?? 'none';
    this.#baseOffset = options.baseOffset ?? 0;
    this.#estimatedRatio = Math.fround(options.estimatedRatio ?? 1);
  }

  /** No record fits any more, however small. */
  get isFull(): boolean {
    return this.records.length > 0 && this.writeLimitBytes <= this.estimatedSizeInBytes;
  }

  /** How large the batch would be if it were finished now. */
  get estimatedSizeInBytes(): number {
    if (this.compressionType === 'none') return batchOverheadBytes + this.#recordBytes;
    const expected = Math.fround(this.#recordBytes * this.#estimatedRatio);
    return batchOverheadBytes + Math.trunc(Math.fround(expected * estimationFactor));
  }

  /** Header and records before compression. */
  get uncompressedSizeInBytes(): number {
    return batchOverheadBytes + this.#recordBytes;
  }

  get maxTimestampMs(): number {
    return this.#maxTimestampMs;
  }

  hasRoomFor(timestampMs: number, content: RecordContent): boolean {
    if (this.isFull) return false;
    if (this.records.length === 0) return true;
    const size = recordSizeInBytes(
      this.records.length,
      timestampMs - this.#baseTimestampMs,
      content,
    );
    return this.writeLimitBytes >= this.estimatedSizeInBytes + size;
  }

  append(
    timestampMs: number,
    content: RecordContent,
    recordId: RecordId = noRecordId,
    data: RecordData | null = null,
  ): LogRecord {
    const offsetDelta = this.records.length;
    if (offsetDelta === 0) this.#baseTimestampMs = timestampMs;
    const { key, value, headers } = content;
    const sizeInBytes = recordSizeInBytes(
      offsetDelta,
      timestampMs - this.#baseTimestampMs,
      content,
    );
    const record = { offsetDelta, timestampMs, key, value, headers, sizeInBytes, recordId, data };
    this.records.push(record);
    this.#recordBytes += sizeInBytes;
    if (timestampMs > this.#maxTimestampMs) this.#maxTimestampMs = timestampMs;
    return record;
  }

  /** The finished batch, as a client sends it. */
  build(producer: BatchProducer = noProducer): RecordBatch {
    const { records, compressionType } = this;
    assert(records.length > 0, 'a batch has records');
    const lastOffsetDelta = records.length - 1;
    return {
      baseOffset: this.#baseOffset,
      lastOffset: this.#baseOffset + lastOffsetDelta,
      partitionLeaderEpoch: -1,
      producerId: producer.producerId,
      producerEpoch: producer.producerEpoch,
      baseSequence: producer.baseSequence,
      lastSequence: lastSequenceOf(producer.baseSequence, lastOffsetDelta),
      isTransactional: producer.isTransactional,
      txnUid: producer.txnUid,
      isControl: false,
      compressionType,
      timestampType: 'CreateTime',
      maxTimestampMs: this.#maxTimestampMs,
      deleteHorizonMs: -1,
      sizeInBytes: batchSizeInBytes(this.#recordBytes, compressionType),
      isIntact: true,
      magic: 2,
      // A list that has grown keeps room for more, and a batch lives on for long.
      records: records.slice(),
    };
  }
}

/** The size of a batch with records of that size before compression. */
export function batchSizeInBytes(recordBytes: number, compressionType: CompressionType): number {
  if (compressionType === 'none') return batchOverheadBytes + recordBytes;
  return batchOverheadBytes + Math.ceil(recordBytes * assumedRatios[compressionType]);
}

/** What part of the records' size a finished batch has kept, for the estimator. */
export function compressionRatioOf(batch: RecordBatch): number {
  let recordBytes = 0;
  for (const record of batch.records) recordBytes += record.sizeInBytes;
  return Math.fround((batch.sizeInBytes - batchOverheadBytes) / recordBytes);
}

/** The same records under another id, epoch or sequence, as a producer sends them after a bump. */
export function withProducer(batch: RecordBatch, producer: BatchProducer): RecordBatch {
  const { producerId, producerEpoch, baseSequence, isTransactional, txnUid } = producer;
  const lastSequence = lastSequenceOf(baseSequence, batch.lastOffset - batch.baseOffset);
  return {
    ...batch,
    producerId,
    producerEpoch,
    baseSequence,
    lastSequence,
    isTransactional,
    txnUid,
  };
}

function lastSequenceOf(baseSequence: number, lastOffsetDelta: number): number {
  return baseSequence < 0 ? -1 : incrementSequence(baseSequence, lastOffsetDelta);
}
