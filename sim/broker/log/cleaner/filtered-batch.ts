import { batchSizeInBytes } from '../../../protocol/batch-builder.ts';
import {
  batchOverheadBytes,
  type LogRecord,
  type RecordBatch,
} from '../../../protocol/record-batch.ts';
import { recordSizeInBytes } from '../../../protocol/record-size.ts';

/**
 * The batch with only these of its records, made anew. Base and last offset stay, and with them its
 * sequences (`MemoryRecords.buildRetainedRecordsInto`).
 * @param deleteHorizonMs Record timestamps then count from it; -1 for none.
 */
export function filteredBatch(
  batch: RecordBatch,
  kept: readonly LogRecord[],
  deleteHorizonMs: number,
): RecordBatch {
  const isStampedByLeader = batch.timestampType === 'LogAppendTime';
  const timestampOf = ({ timestampMs }: LogRecord): number =>
    isStampedByLeader ? batch.maxTimestampMs : timestampMs;
  const [first] = kept;
  const firstMs = first === undefined ? -1 : timestampOf(first);
  const baseMs = deleteHorizonMs < 0 ? firstMs : deleteHorizonMs;
  let recordBytes = 0;
  let maxTimestampMs = -1;
  const records = kept.map((record) => {
    const timestampMs = timestampOf(record);
    const sizeInBytes = recordSizeInBytes(record.offsetDelta, timestampMs - baseMs, record);
    recordBytes += sizeInBytes;
    if (timestampMs > maxTimestampMs) maxTimestampMs = timestampMs;
    return { ...record, timestampMs, sizeInBytes };
  });
  return {
    ...batch,
    records,
    maxTimestampMs,
    deleteHorizonMs,
    sizeInBytes: batchSizeInBytes(recordBytes, batch.compressionType),
  };
}

/** The batch's header alone: it says which sequences its producer has used. */
export function emptiedBatch(batch: RecordBatch): RecordBatch {
  return {
    ...batch,
    records: [],
    compressionType: 'none',
    deleteHorizonMs: -1,
    sizeInBytes: batchOverheadBytes,
  };
}
