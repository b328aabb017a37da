import { type LogRecord, type Offset, type RecordBatch } from '../../sim/protocol/record-batch.ts';

/** Whether two replicas' batches are one and the same: mostly it is the same object. */
export function isSameBatch(a: RecordBatch, b: RecordBatch): boolean {
  if (a === b) return true;
  return (
    a.baseOffset === b.baseOffset &&
    a.lastOffset === b.lastOffset &&
    a.partitionLeaderEpoch === b.partitionLeaderEpoch &&
    hasSameSequences(a, b) &&
    a.records.length === b.records.length &&
    a.records.every((record, index) => isSameRecord(record, b.records[index]))
  );
}

/** Whether a broker takes one for a retry of the other. */
export function hasSameSequences(a: RecordBatch, b: RecordBatch): boolean {
  return (
    a.producerId === b.producerId &&
    a.producerEpoch === b.producerEpoch &&
    a.baseSequence === b.baseSequence &&
    a.lastSequence === b.lastSequence
  );
}

export function isSameRecord(a: LogRecord, b: LogRecord | undefined): boolean {
  if (a === b) return true;
  return b?.recordId === a.recordId && b.key === a.key && b.value === a.value;
}

/** The record at an offset that lies in the batch; undefined where compaction has left a gap. */
export function recordAt(batch: RecordBatch, offset: Offset): LogRecord | undefined {
  const delta = offset - batch.baseOffset;
  const record = batch.records[delta];
  if (record?.offsetDelta === delta) return record;
  return batch.records.find(({ offsetDelta }) => offsetDelta === delta);
}
