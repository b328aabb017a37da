import { textOf } from '../../sim/protocol/bytes.ts';
import { type Bytes, type LogRecord, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { firstDifference, isList, type JsonObject, property } from '../json.ts';
import { describedClassicBytes, isClassicBytes } from './classic-bytes.ts';
import { defaultOf, fieldsOf, hasVersion, type MessageField } from './message-schema.ts';

/**
 * An answer as a client of that version reads it from the wire: with the fields of the version, and
 * for batches what they hold.
 * @param api `ListOffsets`
 */
export function viewOfAnswer(api: string, version: number, body: unknown): JsonObject {
  return viewOfStruct(fieldsOf(`${api}Response`), version, body);
}

function viewOfStruct(
  fields: readonly MessageField[],
  version: number,
  struct: unknown,
): JsonObject {
  const view: Record<string, unknown> = {};
  for (const field of fields) {
    if (!hasVersion(field.versions, version)) continue;
    const value = property(struct, field.name);
    const isTagged = field.taggedIn !== undefined && hasVersion(field.taggedIn, version);
    if (isTagged && firstDifference(defaultOf(field), value) === undefined) continue;
    view[field.name] = viewOfValue(field, version, value);
  }
  return view;
}

function viewOfValue(field: MessageField, version: number, value: unknown): unknown {
  const { fields } = field;
  if (field.type === 'bytes' && typeof value === 'string' && isClassicBytes(field.name)) {
    return describedClassicBytes(field.name, value);
  }
  if (field.type === 'records' && isList(value)) {
    return value.filter(isRecordBatch).map(viewOfBatch);
  }
  if (fields === undefined || value === null) return value;
  if (isList(value)) return value.map((element) => viewOfStruct(fields, version, element));
  return viewOfStruct(fields, version, value);
}

/** In a field of records nothing else can be. */
function isRecordBatch(value: unknown): value is RecordBatch {
  return isList(property(value, 'records'));
}

function viewOfBatch(batch: RecordBatch): JsonObject {
  return {
    baseOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    leaderEpoch: batch.partitionLeaderEpoch,
    pid: batch.producerId,
    epoch: batch.producerEpoch,
    seq: batch.baseSequence,
    txn: batch.isTransactional,
    control: batch.isControl,
    bytes: batch.sizeInBytes,
    timestampType: batch.timestampType,
    ...(batch.compressionType === 'none' ? {} : { codec: batch.compressionType }),
    ...(batch.deleteHorizonMs < 0 ? {} : { deleteHorizonMs: batch.deleteHorizonMs }),
    records: batch.records.map((record) => viewOfRecord(batch, record)),
  };
}

function viewOfRecord(batch: RecordBatch, record: LogRecord): JsonObject {
  const { key, value, data } = record;
  const offset = batch.baseOffset + record.offsetDelta;
  const isStampedByLeader = batch.timestampType === 'LogAppendTime';
  const timestamp = isStampedByLeader ? batch.maxTimestampMs : record.timestampMs;
  if (batch.isControl) {
    return { offset, timestamp, marker: (data?.type ?? 'other').toUpperCase() };
  }
  return { offset, timestamp, key: viewOfBytes(key), value: viewOfBytes(value) };
}

function viewOfBytes(bytes: Bytes | null): string | null {
  return bytes === null ? null : textOf(bytes);
}
