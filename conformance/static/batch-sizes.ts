import { z } from 'zod';
import { BatchBuilder } from '../../sim/protocol/batch-builder.ts';
import { ByteWriter } from '../../sim/protocol/byte-writer.ts';
import { bytesOfHex, fromByteArray, hexOf, utf8Bytes } from '../../sim/protocol/bytes.ts';
import { compressionIds, CompressionRatioEstimator } from '../../sim/protocol/compression-ratio.ts';
import {
  batchSizeUpperBound,
  recordBodySizeInBytes,
  type RecordContent,
  recordSizeInBytes,
  varintSizeInBytes,
} from '../../sim/protocol/record-size.ts';
import { differenceAt } from '../difference.ts';
import { firstOfSteps, section } from './section.ts';

const codec = z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']);

const sizesCase = z.strictObject({
  /** -1: null. */
  keyBytes: z.int(),
  valueBytes: z.int(),
  headers: z.array(z.tuple([z.string(), z.string().nullable()])),
  offsetDelta: z.int(),
  timestampDelta: z.int(),
  batchUpperBound: z.int(),
  recordSize: z.int(),
  bodySize: z.int(),
});

export const recordSizes = section(sizesCase, (recorded) => {
  const { keyBytes, valueBytes, headers, offsetDelta, timestampDelta } = recorded;
  const content: RecordContent = {
    key: zeros(keyBytes),
    value: zeros(valueBytes),
    headers: headers.map(([key, hex]) => {
      return { key: utf8Bytes(key), value: hex === null ? null : bytesOfHex(hex) };
    }),
  };
  return differenceAt('sizes', recorded, {
    ...recorded,
    batchUpperBound: batchSizeUpperBound(content),
    recordSize: recordSizeInBytes(offsetDelta, timestampDelta, content),
    bodySize: recordBodySizeInBytes(offsetDelta, timestampDelta, content),
  });
});

function zeros(count: number): string | null {
  return count < 0 ? null : '\0'.repeat(count);
}

const fillCase = z.strictObject({
  batchSize: z.int(),
  codec,
  ratio: z.number(),
  keyBytes: z.int(),
  valueBytes: z.int(),
  timestampStep: z.int(),
  capacity: z.int(),
  accepted: z.int(),
  stoppedAt400: z.boolean(),
  isFull: z.boolean(),
  estimatedAfterFirst3: z.array(z.int()),
  estimatedAtEnd: z.int(),
  uncompressedRecordBytes: z.int(),
  finalBytes: z.int().nullable(),
});

const firstTimestampMs = 1_700_000_000_000;
const mostRecords = 400;

/** How many equal records a producer's batch takes. */
export const fill = section(fillCase, (recorded) => {
  const { batchSize, keyBytes, valueBytes, ratio, timestampStep } = recorded;
  const content = { key: zeros(keyBytes), value: zeros(valueBytes), headers: [] };
  const capacity = Math.max(batchSize, batchSizeUpperBound(content));
  const builder = new BatchBuilder({
    writeLimitBytes: capacity,
    compressionType: recorded.codec,
    estimatedRatio: ratio,
  });
  const estimates: number[] = [];
  while (builder.records.length < mostRecords) {
    const timestampMs = firstTimestampMs + builder.records.length * timestampStep;
    if (!builder.hasRoomFor(timestampMs, content)) break;
    builder.append(timestampMs, content);
    estimates.push(builder.estimatedSizeInBytes);
  }
  return differenceAt('batch', recorded, {
    ...recorded,
    capacity,
    accepted: builder.records.length,
    stoppedAt400: builder.records.length === mostRecords,
    isFull: builder.isFull,
    estimatedAfterFirst3: estimates.slice(0, 3),
    estimatedAtEnd: builder.estimatedSizeInBytes,
    uncompressedRecordBytes: builder.uncompressedSizeInBytes,
    finalBytes: recorded.codec === 'none' ? builder.build().sizeInBytes : null,
  });
});

const varintCase = z.strictObject({
  /** A text where no number is exact. */
  value: z.union([z.int(), z.string()]),
  varlongHex: z.string(),
  varlongBytes: z.int(),
  varintHex: z.string().optional(),
  varintBytes: z.int().optional(),
  unsignedVarintHex: z.string().optional(),
});

export const varints = section(varintCase, (recorded) => {
  const { value, varintHex } = recorded;
  const varlongHex = written((writer) => {
    writer.varlong(typeof value === 'string' ? BigInt(value) : value);
  });
  // Sizes are those of numbers that occur in batches, which are exact.
  const isExact = typeof value === 'number';
  const varlongBytes = isExact ? varintSizeInBytes(value) : varlongHex.length / 2;
  const ofInt32 =
    !isExact || varintHex === undefined
      ? {}
      : {
          varintHex: written((writer) => {
            writer.varint(value);
          }),
          varintBytes: varintSizeInBytes(value),
          unsignedVarintHex: written((writer) => {
            writer.unsignedVarint(value);
          }),
        };
  return differenceAt('varint', recorded, { value, varlongHex, varlongBytes, ...ofInt32 });
});

function written(write: (writer: ByteWriter) => void): string {
  const writer = new ByteWriter();
  write(writer);
  return hexOf(fromByteArray(writer.written()));
}

const codecCase = z.strictObject({ codec, id: z.int(), initialRatio: z.number() });

export const codecs = section(codecCase, (recorded) =>
  differenceAt('codec', recorded, {
    codec: recorded.codec,
    id: compressionIds[recorded.codec],
    initialRatio: new CompressionRatioEstimator().estimation('t', recorded.codec),
  }),
);

const estimatorCase = z.strictObject({
  codec,
  start: z.number(),
  steps: z.array(
    z.union([
      z.strictObject({ set: z.number() }),
      z.strictObject({ observed: z.number(), estimate: z.number() }),
    ]),
  ),
});

export const ratioEstimator = section(estimatorCase, (recorded) => {
  const estimator = new CompressionRatioEstimator();
  estimator.set('t', recorded.codec, recorded.start);
  return firstOfSteps(recorded.steps, (step, name) => {
    if ('set' in step) {
      estimator.set('t', recorded.codec, step.set);
      return undefined;
    }
    return differenceAt(name, step.estimate, estimator.update('t', recorded.codec, step.observed));
  });
});
