import { type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type BatchIndexAndErrorMessage } from '../../protocol/messages/produce-response.ts';
import { type LogRecord, type RecordBatch } from '../../protocol/record-batch.ts';
import { type AppendOrigin } from './append-result.ts';
import { type Refusal, refusal } from './refusal.ts';

/** What a batch is judged by. */
export interface ValidationContext {
  readonly partition: string;
  readonly config: TopicConfig;
  readonly origin: AppendOrigin;
  /** The leader's wall clock. */
  readonly nowMs: number;
}

const intervalEnd = 9_223_372_036_854_775_807n;

/**
 * What is looked at before the log is: base offset, size, checksum
 * (`UnifiedLog.analyzeAndValidateRecords`).
 */
export function checkBeforeLog(batch: RecordBatch, context: ValidationContext): Refusal | null {
  const { partition, config, origin } = context;
  if (origin === 'client' && batch.baseOffset !== 0) {
    return refusal(
      'INVALID_RECORD',
      `The baseOffset of the record batch in the append to ${partition} should be 0, but it is ${String(
        batch.baseOffset,
      )}`,
    );
  }
  if (batch.sizeInBytes > config.maxMessageBytes) {
    return refusal(
      'MESSAGE_TOO_LARGE',
      `The record batch size in the append to ${partition} is ${batch.sizeInBytes} bytes which ` +
        `exceeds the maximum configured value of ${config.maxMessageBytes}).`,
    );
  }
  if (!batch.isIntact) {
    return refusal('CORRUPT_MESSAGE', `Record is corrupt in topic partition ${partition}.`);
  }
  return null;
}

/** What is looked at under the log's lock: counts, kind, sequence, then each record (`LogValidator`). */
export function validateBatch(batch: RecordBatch, context: ValidationContext): Refusal | null {
  const refused = context.origin === 'client' ? checkClientBatch(batch, context.partition) : null;
  return refused ?? validateRecords(batch, context);
}

function checkClientBatch(batch: RecordBatch, partition: string): Refusal | null {
  const { baseOffset, lastOffset } = batch;
  const inPartition = `in topic partition ${partition}`;
  const count = batch.records.length;
  const countFromOffsets = lastOffset - baseOffset + 1;
  if (countFromOffsets <= 0) {
    const range = `[${baseOffset}, ${lastOffset}]`;
    return refusal('INVALID_RECORD', `Batch has an invalid offset range: ${range} ${inPartition}`);
  }
  if (count === 0) {
    const problem = `Invalid reported count for record batch: ${count} ${inPartition}`;
    return refusal('INVALID_RECORD', problem);
  }
  if (countFromOffsets !== count) {
    return refusal(
      'INVALID_RECORD',
      `Inconsistent batch offset range [${baseOffset}, ${lastOffset}] and count of records ` +
        `${count} ${inPartition}`,
    );
  }
  if (batch.isControl) {
    const problem = `Clients are not allowed to write control records ${inPartition}`;
    return refusal('INVALID_RECORD', problem);
  }
  if (batch.producerId >= 0 && batch.baseSequence < 0) {
    return refusal(
      'INVALID_RECORD',
      `Invalid sequence number ${batch.baseSequence} in record batch with producerId ` +
        `${batch.producerId} ${inPartition}`,
    );
  }
  return null;
}

function validateRecords(batch: RecordBatch, context: ValidationContext): Refusal | null {
  const { isCompacted } = context.config;
  let recordErrors: BatchIndexAndErrorMessage[] | null = null;
  let hasInvalidTimestamp = false;
  for (const record of batch.records) {
    let problem: string | null = null;
    if (isCompacted && record.key === null) {
      problem = `Compacted topic cannot accept message without key in topic partition ${context.partition}`;
    } else if (!hasValidTimestamp(batch, record, context)) {
      problem = timestampProblem(batch, record, context);
      hasInvalidTimestamp = true;
    }
    if (problem === null) continue;
    recordErrors ??= [];
    recordErrors.push({ batchIndex: record.offsetDelta, batchIndexErrorMessage: problem });
  }
  if (recordErrors === null) return null;
  if (!hasInvalidTimestamp) {
    return { error: 'INVALID_RECORD', reason: recordsReason(recordErrors), recordErrors };
  }
  const reason = 'One or more records have been rejected due to invalid timestamp';
  return { error: 'INVALID_TIMESTAMP', reason, recordErrors };
}

/** With LogAppendTime the leader sets the timestamps, so that a client must not claim to have. */
function hasValidTimestamp(
  batch: RecordBatch,
  { timestampMs }: LogRecord,
  { config, nowMs }: ValidationContext,
): boolean {
  if (config.messageTimestampType === 'LogAppendTime' || timestampMs === -1) {
    return batch.timestampType !== 'LogAppendTime';
  }
  const ageMs = nowMs - timestampMs;
  return ageMs <= config.messageTimestampBeforeMaxMs && -ageMs <= config.messageTimestampAfterMaxMs;
}

function timestampProblem(
  batch: RecordBatch,
  record: LogRecord,
  { config, nowMs }: ValidationContext,
): string {
  const { timestampMs, key, value } = record;
  const offset = batch.baseOffset + record.offsetDelta;
  if (config.messageTimestampType === 'LogAppendTime' || timestampMs === -1) {
    return (
      `Invalid timestamp type in message DefaultRecord(offset=${offset}, ` +
      `timestamp=${timestampMs}, key=${key?.length ?? 0} bytes, value=${value?.length ?? 0} ` +
      'bytes). Producer should not set timestamp type to LogAppendTime.'
    );
  }
  const earliest = BigInt(nowMs) - int64(config.messageTimestampBeforeMaxMs);
  const latest = BigInt.asIntN(64, BigInt(nowMs) + int64(config.messageTimestampAfterMaxMs));
  return (
    `Timestamp ${timestampMs} of message with offset ${offset} is out of range. The timestamp ` +
    `should be within [${earliest}, ${latest}]`
  );
}

/** The exact value of a config whose largest value, 2^63 - 1, no number can hold. */
function int64(value: number): bigint {
  const exact = BigInt(value);
  return exact > intervalEnd ? intervalEnd : exact;
}

function recordsReason(errors: readonly BatchIndexAndErrorMessage[]): string {
  const shown = errors
    .slice(0, 3)
    .map(({ batchIndex, batchIndexErrorMessage }) => {
      return `RecordError(batchIndex=${batchIndex}, message='${batchIndexErrorMessage ?? ''}')`;
    })
    .join(', ');
  return (
    `One or more records have been rejected due to ${errors.length} record errors in total, and ` +
    `only showing the first three errors at most: [${shown}]`
  );
}
