import {
  type LogRecord,
  noTxnUid,
  type RecordBatch,
  type RecordId,
} from '../../sim/protocol/record-batch.ts';

export function recordOf(recordId: RecordId, offsetDelta = 0): LogRecord {
  return {
    offsetDelta,
    timestampMs: 0,
    key: null,
    value: valueOf(recordId),
    headers: [],
    sizeInBytes: 10,
    recordId,
    data: null,
  };
}

export function valueOf(recordId: RecordId): string {
  return `value ${recordId}`;
}

/** A batch as a producer with the id 7 sends it, but empty. */
export const emptyBatch: RecordBatch = {
  baseOffset: 0,
  lastOffset: -1,
  partitionLeaderEpoch: 0,
  producerId: 7,
  producerEpoch: 0,
  baseSequence: 0,
  lastSequence: -1,
  isTransactional: false,
  txnUid: noTxnUid,
  isControl: false,
  compressionType: 'none',
  timestampType: 'CreateTime',
  maxTimestampMs: 0,
  deleteHorizonMs: -1,
  sizeInBytes: 71,
  isIntact: true,
  magic: 2,
  records: [],
};
