import { compressionIds } from './compression-ratio.ts';
import { ByteReader, MalformedBytesError } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { controlTypeIds } from './control-batch.ts';
import { crc32c } from './crc32c.ts';
import {
  batchOverheadBytes,
  type CompressionType,
  type ControlRecord,
  incrementSequence,
  type LogRecord,
  noRecordId,
  noTxnUid,
  type RecordBatch,
  type RecordHeader,
} from './record-batch.ts';

/** Bytes of the fields before the length counts: base offset and the length itself. */
const logOverheadBytes = 12;
const crcPosition = 17;
const attributesPosition = 21;

const attribute = {
  codecMask: 7,
  logAppendTime: 8,
  transactional: 16,
  control: 32,
  deleteHorizon: 64,
} as const;

/** Compresses records, or unpacks them, as the outside world does: the simulator does neither. */
export type Codec = (type: CompressionType, records: Uint8Array) => Uint8Array;

/**
 * A batch in Kafka's bytes, format v2 (`DefaultRecordBatch`). One that is not intact gets a checksum
 * that does not match. Of a compressed one the length is what `compress` makes of it, not the assumed
 * one.
 */
export function encodeBatch(batch: RecordBatch, compress?: Codec): Uint8Array {
  const body = new ByteWriter(batch.sizeInBytes);
  const baseTimestampMs = baseTimestampOf(batch);
  for (const record of batch.records) writeRecord(body, record, baseTimestampMs);
  const records = transformed(body.written(), batch.compressionType, compress);

  const writer = new ByteWriter(batchOverheadBytes + records.length);
  writeHeader(writer, batch, { baseTimestampMs, recordBytes: records.length });
  writer.array(records);
  const bytes = writer.written();
  const crc = crc32c(bytes.subarray(attributesPosition));
  writer.setInt32(crcPosition, batch.isIntact ? crc : ~crc);
  return bytes;
}

/**
 * The batch that begins at the reader's position, which moves behind it. One that is not intact, or
 * of an older format, comes without its records: nothing in it can be believed.
 * @throws {MalformedBytesError} If the bytes end in it or its records are not as the header says.
 */
export function decodeBatch(reader: ByteReader, decompress?: Codec): RecordBatch {
  const start = reader.position;
  const baseOffset = reader.int64();
  const length = reader.int32();
  if (length < batchOverheadBytes - logOverheadBytes) {
    throw new MalformedBytesError(`a batch cannot have ${length} bytes`);
  }
  const header = readHeader(reader, baseOffset);
  const encoded = reader.array(start + logOverheadBytes + length - reader.position);
  const end = reader.position;
  reader.position = start + attributesPosition;
  const isIntact = crc32c(reader.array(end - reader.position)) === header.crc;

  const sizeInBytes = logOverheadBytes + length;
  if (!isIntact || header.magic !== 2) {
    return batchOf({ ...header, attributes: 0 }, { records: [], sizeInBytes, isIntact });
  }
  const type = compressionOf(header.attributes & attribute.codecMask);
  const body = new ByteReader(transformed(encoded, type, decompress));
  const records = Array.from({ length: header.recordCount }, () => readRecord(body, header));
  return batchOf(header, { records, sizeInBytes, isIntact });
}

/** What record timestamps count from: the first record's, or the delete horizon once there is one. */
function baseTimestampOf(batch: RecordBatch): number {
  if (batch.deleteHorizonMs >= 0) return batch.deleteHorizonMs;
  return batch.records[0]?.timestampMs ?? -1;
}

function writeHeader(
  writer: ByteWriter,
  batch: RecordBatch,
  { baseTimestampMs, recordBytes }: { baseTimestampMs: number; recordBytes: number },
): void {
  writer.int64(batch.baseOffset);
  writer.int32(batchOverheadBytes - logOverheadBytes + recordBytes);
  writer.int32(batch.partitionLeaderEpoch);
  writer.int8(batch.magic);
  writer.int32(0);
  writer.int16(attributesOf(batch));
  writer.int32(batch.lastOffset - batch.baseOffset);
  writer.int64(baseTimestampMs);
  writer.int64(batch.maxTimestampMs);
  writer.int64(batch.producerId);
  writer.int16(batch.producerEpoch);
  writer.int32(batch.baseSequence);
  writer.int32(batch.records.length);
}

function attributesOf(batch: RecordBatch): number {
  let attributes = compressionIds[batch.compressionType];
  if (batch.timestampType === 'LogAppendTime') attributes |= attribute.logAppendTime;
  if (batch.isTransactional) attributes |= attribute.transactional;
  if (batch.isControl) attributes |= attribute.control;
  if (batch.deleteHorizonMs >= 0) attributes |= attribute.deleteHorizon;
  return attributes;
}

function writeRecord(writer: ByteWriter, record: LogRecord, baseTimestampMs: number): void {
  const body = new ByteWriter(record.sizeInBytes);
  body.int8(0);
  body.varlong(record.timestampMs - baseTimestampMs);
  body.varint(record.offsetDelta);
  writeField(body, record.key);
  writeField(body, record.value);
  body.varint(record.headers.length);
  for (const header of record.headers) {
    writeField(body, header.key);
    writeField(body, header.value);
  }
  writer.varint(body.length);
  writer.array(body.written());
}

function writeField(writer: ByteWriter, field: string | null): void {
  writer.varint(field === null ? -1 : field.length);
  if (field !== null) writer.bytes(field);
}

interface Header {
  readonly baseOffset: number;
  readonly partitionLeaderEpoch: number;
  readonly magic: number;
  readonly crc: number;
  readonly attributes: number;
  readonly lastOffsetDelta: number;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
}

function readHeader(reader: ByteReader, baseOffset: number): Header {
  const partitionLeaderEpoch = reader.int32();
  const magic = reader.int8();
  const crc = reader.uint32();
  const attributes = reader.int16();
  return {
    baseOffset,
    partitionLeaderEpoch,
    magic,
    crc,
    attributes,
    lastOffsetDelta: reader.int32(),
    baseTimestampMs: reader.int64(),
    maxTimestampMs: reader.int64(),
    producerId: reader.int64(),
    producerEpoch: reader.int16(),
    baseSequence: reader.int32(),
    recordCount: reader.int32(),
  };
}

function compressionOf(id: number): CompressionType {
  const types: CompressionType[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
  const type = types[id];
  if (type === undefined) throw new MalformedBytesError(`no codec has number ${id}`);
  return type;
}

function readRecord(reader: ByteReader, header: Header): LogRecord {
  const start = reader.position;
  const bodySize = reader.varint();
  const bodyStart = reader.position;
  reader.int8();
  const timestampMs = header.baseTimestampMs + Number(reader.varlong());
  const offsetDelta = reader.varint();
  const key = readField(reader);
  const value = readField(reader);
  const headers = Array.from({ length: reader.varint() }, () => readRecordHeader(reader));
  if (reader.position - bodyStart !== bodySize) {
    throw new MalformedBytesError(`a record of ${bodySize} bytes has other fields`);
  }
  const isControl = (header.attributes & attribute.control) !== 0;
  return {
    offsetDelta,
    timestampMs,
    key,
    value,
    headers,
    sizeInBytes: reader.position - start,
    recordId: noRecordId,
    data: isControl ? controlRecordOf(key, value) : null,
  };
}

function readRecordHeader(reader: ByteReader): RecordHeader {
  const key = readField(reader);
  if (key === null) throw new MalformedBytesError('a header has no key');
  return { key, value: readField(reader) };
}

function readField(reader: ByteReader): string | null {
  const length = reader.varint();
  return length < 0 ? null : reader.bytes(length);
}

function controlRecordOf(key: string | null, value: string | null): ControlRecord {
  const typeId = key === null ? -1 : key.charCodeAt(key.length - 1);
  if (typeId === controlTypeIds.leaderChange) {
    return { type: 'leaderChange', coordinatorEpoch: -1 };
  }
  if (typeId > controlTypeIds.commit) return { type: 'other', coordinatorEpoch: -1 };
  const type = typeId === controlTypeIds.commit ? 'commit' : 'abort';
  let coordinatorEpoch = 0;
  for (const byte of value?.slice(2, 6) ?? '') {
    coordinatorEpoch = (coordinatorEpoch << 8) | byte.charCodeAt(0);
  }
  return { type, coordinatorEpoch };
}

function batchOf(
  header: Header,
  rest: { readonly records: LogRecord[]; readonly sizeInBytes: number; readonly isIntact: boolean },
): RecordBatch {
  const { attributes, baseSequence, lastOffsetDelta } = header;
  const hasSequence = baseSequence >= 0;
  return {
    baseOffset: header.baseOffset,
    lastOffset: header.baseOffset + lastOffsetDelta,
    partitionLeaderEpoch: header.partitionLeaderEpoch,
    producerId: header.producerId,
    producerEpoch: header.producerEpoch,
    baseSequence,
    lastSequence: hasSequence ? incrementSequence(baseSequence, lastOffsetDelta) : -1,
    isTransactional: (attributes & attribute.transactional) !== 0,
    txnUid: noTxnUid,
    isControl: (attributes & attribute.control) !== 0,
    compressionType: compressionOf(attributes & attribute.codecMask),
    timestampType: (attributes & attribute.logAppendTime) !== 0 ? 'LogAppendTime' : 'CreateTime',
    maxTimestampMs: header.maxTimestampMs,
    deleteHorizonMs: (attributes & attribute.deleteHorizon) !== 0 ? header.baseTimestampMs : -1,
    sizeInBytes: rest.sizeInBytes,
    isIntact: rest.isIntact,
    magic: header.magic,
    records: rest.records,
  };
}

function transformed(records: Uint8Array, type: CompressionType, codec?: Codec): Uint8Array {
  if (type === 'none') return records;
  if (codec === undefined) throw new MalformedBytesError(`there is no codec for ${type}`);
  return codec(type, records);
}
