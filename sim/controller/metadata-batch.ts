import { type MetadataRecord } from '../protocol/metadata-record.ts';
import {
  batchOverheadBytes,
  type ControlRecord,
  isMetadataRecord,
  type LogRecord,
  noRecordId,
  noTxnUid,
  type Offset,
  type RecordBatch,
} from '../protocol/record-batch.ts';

/** Where a batch lies and who wrote it. */
export interface BatchPlace {
  readonly baseOffset: Offset;
  readonly epoch: number;
  readonly timestampMs: number;
}

/** A batch of the metadata log with these records. */
export function metadataBatch(place: BatchPlace, records: readonly MetadataRecord[]): RecordBatch {
  return batch(
    place,
    records.map((data, offsetDelta) => logRecord(place, offsetDelta, data)),
    false,
  );
}

/** The control batch with which a leader begins its epoch. */
export function leaderChangeBatch(place: BatchPlace): RecordBatch {
  const data: ControlRecord = { type: 'leaderChange', coordinatorEpoch: -1 };
  return batch(place, [logRecord(place, 0, data)], true);
}

/**
 * Two batches of one epoch that follow each other, as one that holds the records of the second
 * only. Offsets stay: the first leaves a gap, as compaction does.
 */
export function mergedBatch(first: RecordBatch, second: RecordBatch): RecordBatch {
  const shift = second.baseOffset - first.baseOffset;
  const records = second.records.map((record) => {
    return { ...record, offsetDelta: record.offsetDelta + shift };
  });
  return { ...second, baseOffset: first.baseOffset, records };
}

/** What a record says to the state machine; `undefined` for a record of the quorum itself. */
export function metadataOf({ data }: LogRecord): MetadataRecord | undefined {
  return data !== null && isMetadataRecord(data) ? data : undefined;
}

/** Whether the batch says nothing (`NoOpRecord`, which only moves the high watermark). */
export function isNoOpBatch({ records }: RecordBatch): boolean {
  return records.every(({ data }) => data?.type === 'NoOpRecord');
}

function batch(
  { baseOffset, epoch, timestampMs }: BatchPlace,
  records: readonly LogRecord[],
  isControl: boolean,
): RecordBatch {
  let sizeInBytes = batchOverheadBytes;
  for (const record of records) sizeInBytes += record.sizeInBytes;
  return {
    baseOffset,
    lastOffset: baseOffset + records.length - 1,
    partitionLeaderEpoch: epoch,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    lastSequence: -1,
    isTransactional: false,
    txnUid: noTxnUid,
    isControl,
    compressionType: 'none',
    timestampType: 'CreateTime',
    maxTimestampMs: timestampMs,
    deleteHorizonMs: -1,
    sizeInBytes,
    isIntact: true,
    magic: 2,
    records,
  };
}

function logRecord(
  { timestampMs }: BatchPlace,
  offsetDelta: number,
  data: MetadataRecord | ControlRecord,
): LogRecord {
  return {
    offsetDelta,
    timestampMs,
    key: null,
    value: null,
    headers: [],
    sizeInBytes: sizeOf(data),
    recordId: noRecordId,
    data,
  };
}

const recordOverheadBytes = 10;

/** About how long a record is on the wire; used for bandwidth and limits of a fetch only. */
function sizeOf(data: MetadataRecord | ControlRecord): number {
  switch (data.type) {
    case 'PartitionRecord':
    case 'PartitionChangeRecord':
      return recordOverheadBytes + 40 + 20 * (data.replicas?.length ?? 1);
    case 'RegisterBrokerRecord':
      return recordOverheadBytes + 200;
    case 'ConfigRecord':
      return recordOverheadBytes + 8 + data.name.length + (data.value?.length ?? 0);
    case 'TopicRecord':
      return recordOverheadBytes + 20 + data.name.length;
    default:
      return recordOverheadBytes + 20;
  }
}
