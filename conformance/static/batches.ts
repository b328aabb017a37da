import { z } from 'zod';
import { decodeBatch, encodeBatch } from '../../sim/protocol/batch-codec.ts';
import { ByteReader } from '../../sim/protocol/byte-reader.ts';
import {
  bytesOfHex,
  fromByteArray,
  hexOf,
  toByteArray,
  utf8Bytes,
} from '../../sim/protocol/bytes.ts';
import { endTransactionBatch, leaderChangeBatch } from '../../sim/protocol/control-batch.ts';
import {
  noTxnUid,
  batchOverheadBytes,
  incrementSequence,
  type LogRecord,
  noRecordId,
  type RecordBatch,
} from '../../sim/protocol/record-batch.ts';
import { recordSizeInBytes } from '../../sim/protocol/record-size.ts';
import { type Difference } from '../case-result.ts';
import { decompress } from '../codecs.ts';
import { differenceAt } from '../difference.ts';
import { section } from './section.ts';

const hexBytes = z.string().nullable();
const recordCase = z.strictObject({
  /** Where it is not given, one follows the other. */
  offset: z.int().optional(),
  timestamp: z.int(),
  key: hexBytes,
  value: hexBytes,
  headers: z.array(z.tuple([z.string(), hexBytes])).default([]),
});
type RecordCase = z.infer<typeof recordCase>;

const decoded = z.looseObject({ attributes: z.int(), baseTimestamp: z.int(), crc: z.int() });
const batchCase = z.strictObject({
  given: z.strictObject({
    baseOffset: z.int(),
    partitionLeaderEpoch: z.int(),
    timestampType: z.enum(['CreateTime', 'LogAppendTime']),
    logAppendTime: z.int().optional(),
    deleteHorizonMs: z.int().optional(),
    producerId: z.int(),
    producerEpoch: z.int(),
    baseSequence: z.int(),
    transactional: z.boolean(),
    records: z.array(recordCase),
  }),
  decoded,
  recordsDecoded: z.array(z.unknown()),
  uncompressedRecordBytes: z.int(),
  hex: z.string(),
});

export const uncompressedBatches = section(batchCase, (recorded) => {
  const batch = batchOf(recorded.given);
  return (
    differenceAt('size', recorded.uncompressedRecordBytes, batch.sizeInBytes) ??
    differenceOfBytes(recorded.hex, batch) ??
    differenceOfDecoded(recorded)
  );
});

export const compressedBatches = section(batchCase, differenceOfDecoded);

const markerCase = z.strictObject({
  given: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.enum(['COMMIT', 'ABORT']),
      baseOffset: z.int(),
      timestamp: z.int(),
      partitionLeaderEpoch: z.int(),
      producerId: z.int(),
      producerEpoch: z.int(),
      coordinatorEpoch: z.int(),
    }),
    z.strictObject({
      type: z.literal('LEADER_CHANGE'),
      baseOffset: z.int(),
      timestamp: z.int(),
      partitionLeaderEpoch: z.int(),
      leaderId: z.int(),
      voters: z.array(z.int()),
      grantingVoters: z.array(z.int()),
    }),
  ]),
  decoded,
  hex: z.string(),
});
type MarkerCase = z.infer<typeof markerCase>;

export const controlBatches = section(markerCase, (recorded) => {
  const batch = controlBatchOf(recorded.given);
  return differenceOfBytes(recorded.hex, batch) ?? differenceOfHeader(recorded);
});

function batchOf(given: z.infer<typeof batchCase>['given']): RecordBatch {
  const { baseOffset, baseSequence, deleteHorizonMs = -1, timestampType } = given;
  const [first] = given.records;
  const baseMs = deleteHorizonMs < 0 ? (first?.timestamp ?? -1) : deleteHorizonMs;
  const records = given.records.map((record, index) =>
    recordOf(record, record.offset === undefined ? index : record.offset - baseOffset, baseMs),
  );
  const lastDelta = records.at(-1)?.offsetDelta ?? 0;
  const largestMs = Math.max(...records.map(({ timestampMs }) => timestampMs));
  return {
    baseOffset,
    lastOffset: baseOffset + lastDelta,
    partitionLeaderEpoch: given.partitionLeaderEpoch,
    producerId: given.producerId,
    producerEpoch: given.producerEpoch,
    baseSequence,
    lastSequence: baseSequence < 0 ? -1 : incrementSequence(baseSequence, lastDelta),
    isTransactional: given.transactional,
    txnUid: noTxnUid,
    isControl: false,
    compressionType: 'none',
    timestampType,
    maxTimestampMs: given.logAppendTime ?? largestMs,
    deleteHorizonMs,
    sizeInBytes: records.reduce((sum, record) => sum + record.sizeInBytes, batchOverheadBytes),
    isIntact: true,
    magic: 2,
    records,
  };
}

function recordOf(
  { timestamp, key, value, headers }: RecordCase,
  offsetDelta: number,
  baseMs: number,
): LogRecord {
  const content = {
    key: bytesOrNull(key),
    value: bytesOrNull(value),
    headers: headers.map(([name, hex]) => ({ key: utf8Bytes(name), value: bytesOrNull(hex) })),
  };
  return {
    ...content,
    offsetDelta,
    timestampMs: timestamp,
    sizeInBytes: recordSizeInBytes(offsetDelta, timestamp - baseMs, content),
    recordId: noRecordId,
    data: null,
  };
}

function bytesOrNull(hex: string | null): string | null {
  return hex === null ? null : bytesOfHex(hex);
}

function controlBatchOf(given: MarkerCase['given']): RecordBatch {
  const { baseOffset, timestamp: timestampMs, partitionLeaderEpoch } = given;
  if (given.type === 'LEADER_CHANGE') {
    return leaderChangeBatch({ ...given, timestampMs, leaderEpoch: partitionLeaderEpoch });
  }
  const type = given.type === 'COMMIT' ? 'commit' : 'abort';
  const marker = endTransactionBatch({ ...given, type, timestampMs });
  return { ...marker, baseOffset, lastOffset: baseOffset, partitionLeaderEpoch };
}

function differenceOfBytes(hex: string, batch: RecordBatch): Difference | undefined {
  return differenceAt('bytes', hex, hexOf(fromByteArray(encodeBatch(batch))));
}

interface Encoded {
  readonly decoded: z.infer<typeof decoded>;
  readonly hex: string;
}

function decodedFrom(hex: string): RecordBatch {
  return decodeBatch(new ByteReader(toByteArray(bytesOfHex(hex))), decompress);
}

function differenceOfHeader(recorded: Encoded): Difference | undefined {
  // What a batch of the model does not keep, since it follows from the rest.
  const { attributes, baseTimestamp, crc } = recorded.decoded;
  const came = viewOfHeader(decodedFrom(recorded.hex));
  return differenceAt('header', recorded.decoded, { ...came, attributes, baseTimestamp, crc });
}

function differenceOfDecoded(
  recorded: Encoded & { readonly recordsDecoded: unknown },
): Difference | undefined {
  const came = viewOfRecords(decodedFrom(recorded.hex));
  return differenceOfHeader(recorded) ?? differenceAt('records', recorded.recordsDecoded, came);
}

function viewOfHeader(batch: RecordBatch): object {
  return {
    baseOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    nextOffset: batch.lastOffset + 1,
    sizeInBytes: batch.sizeInBytes,
    partitionLeaderEpoch: batch.partitionLeaderEpoch,
    magic: batch.magic,
    maxTimestamp: batch.maxTimestampMs,
    timestampType: batch.timestampType,
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    lastSequence: batch.lastSequence,
    count: batch.records.length,
    transactional: batch.isTransactional,
    control: batch.isControl,
    compression: batch.compressionType,
    ...(batch.deleteHorizonMs < 0 ? {} : { deleteHorizonMs: batch.deleteHorizonMs }),
  };
}

function viewOfRecords(batch: RecordBatch): object[] {
  const { baseOffset, baseSequence, timestampType, maxTimestampMs } = batch;
  return batch.records.map(({ offsetDelta, timestampMs, sizeInBytes }) => ({
    offset: baseOffset + offsetDelta,
    sequence: baseSequence < 0 ? -1 : incrementSequence(baseSequence, offsetDelta),
    timestamp: timestampType === 'LogAppendTime' ? maxTimestampMs : timestampMs,
    size: sizeInBytes,
  }));
}
