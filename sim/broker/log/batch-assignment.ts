import { batchSizeInBytes } from '../../protocol/batch-builder.ts';
import { type TopicConfig } from '../../protocol/config/topic-config.ts';
import {
  type CompressionType,
  type Offset,
  type RecordBatch,
} from '../../protocol/record-batch.ts';

/** What a leader writes into a batch before it appends it. */
export interface Assignment {
  readonly baseOffset: Offset;
  readonly leaderEpoch: number;
  readonly config: TopicConfig;
  readonly nowMs: number;
}

/**
 * The batch as the leader appends it: with offsets, leader epoch and timestamps assigned, and with the
 * topic's compression if that is not the producer's (`LogValidator`). It shares the records.
 */
export function assignBatch(batch: RecordBatch, assignment: Assignment): RecordBatch {
  const { baseOffset, leaderEpoch, config, nowMs } = assignment;
  const isLogAppendTime = config.messageTimestampType === 'LogAppendTime';
  const compressionType = targetCompression(config.compressionType, batch);
  return {
    baseOffset,
    lastOffset: baseOffset + (batch.lastOffset - batch.baseOffset),
    partitionLeaderEpoch: leaderEpoch,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    lastSequence: batch.lastSequence,
    isTransactional: batch.isTransactional,
    txnUid: batch.txnUid,
    isControl: batch.isControl,
    compressionType,
    timestampType: config.messageTimestampType,
    maxTimestampMs: isLogAppendTime ? nowMs : maxTimestampOf(batch),
    deleteHorizonMs: batch.deleteHorizonMs,
    sizeInBytes:
      compressionType === batch.compressionType
        ? batch.sizeInBytes
        : batchSizeInBytes(recordBytesOf(batch), compressionType),
    isIntact: true,
    magic: 2,
    records: batch.records,
  };
}

/** Control batches are never compressed. */
function targetCompression(
  configured: TopicConfig['compressionType'],
  { isControl, compressionType }: RecordBatch,
): CompressionType {
  return isControl || configured === 'producer' ? compressionType : configured;
}

function maxTimestampOf(batch: RecordBatch): number {
  let max = -1;
  for (const { timestampMs } of batch.records) {
    if (timestampMs > max) max = timestampMs;
  }
  return max;
}

function recordBytesOf(batch: RecordBatch): number {
  let size = 0;
  for (const { sizeInBytes } of batch.records) size += sizeInBytes;
  return size;
}
