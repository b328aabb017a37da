import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { ConfigError } from '../../sim/config-error.ts';
import { present } from '../../sim/kernel/assert.ts';
import { encodeBatch } from '../../sim/protocol/batch-codec.ts';
import { BatchBuilder } from '../../sim/protocol/batch-builder.ts';
import { utf8Bytes } from '../../sim/protocol/bytes.ts';
import { endTransactionBatch } from '../../sim/protocol/control-batch.ts';
import {
  noTxnUid,
  batchOverheadBytes,
  type Bytes,
  type RecordBatch,
  type RecordHeader,
} from '../../sim/protocol/record-batch.ts';
import { type JsonObject } from '../json.ts';

const text = z.union([
  z.string(),
  z.null(),
  z.strictObject({ repeat: z.string(), times: z.int() }),
]);
/** A number of ms, or `now-5000`. */
const timestamp = z.union([z.number(), z.string().regex(/^now[+-]\d+$/u)]);
const record = z.strictObject({
  key: text.default(null),
  value: text.default(null),
  timestamp: timestamp.default('now+0'),
  headers: z.record(z.string(), text).default({}),
});
const batchDescription = z.strictObject({
  pid: z.int().default(-1),
  epoch: z.int().default(-1),
  seq: z.int().default(-1),
  txn: z.boolean().default(false),
  /** With it, a COMMIT marker stands for the records. */
  control: z.boolean().default(false),
  codec: z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']).default('none'),
  baseOffset: z.int().default(0),
  leaderEpoch: z.int().default(-1),
  magic: z.int().default(2),
  spoil: z.enum(['crc', 'count', 'lastOffsetDelta', 'control', 'cut']).optional(),
  /** None make a batch of a header alone. */
  records: z
    .array(z.union([record, text.transform((value) => record.parse({ value }))]))
    .default([]),
});
const recordsDescription = z.union([
  z.strictObject({ batch: batchDescription }),
  z.strictObject({ batches: z.array(batchDescription) }),
]);

type BatchDescription = z.infer<typeof batchDescription>;
type RecordDescription = z.infer<typeof record>;

/** Makes the batches that a case describes. */
export class BatchMaker {
  readonly #nowMs: () => number;

  /** @param nowMs The wall clock of the one who makes them. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** @throws {ConfigError} If the description is not as it should be. */
  make(description: JsonObject): readonly RecordBatch[] {
    const parsed = recordsDescription.safeParse(description);
    if (!parsed.success) throw new ConfigError('records', z.prettifyError(parsed.error));
    const batches = 'batch' in parsed.data ? [parsed.data.batch] : parsed.data.batches;
    // Of a batch that is cut short a broker sees nothing.
    return batches.filter(({ spoil }) => spoil !== 'cut').map((batch) => this.#batch(batch));
  }

  #batch(description: BatchDescription): RecordBatch {
    const batch = { ...this.#sound(description), magic: description.magic };
    switch (description.spoil) {
      case 'crc':
        return { ...batch, isIntact: false };
      case 'count':
        return { ...batch, records: [...batch.records, present(batch.records[0], 'record')] };
      case 'lastOffsetDelta':
        return { ...batch, lastOffset: batch.lastOffset + 1 };
      case 'control':
        return { ...batch, isControl: true };
      case 'cut':
      case undefined:
        return batch;
    }
  }

  #sound(description: BatchDescription): RecordBatch {
    const { pid, epoch, seq, txn, control, codec, baseOffset, leaderEpoch, records } = description;
    const nowMs = this.#nowMs();
    if (control && records.length > 0) {
      const marker = { type: 'commit', producerId: pid, producerEpoch: epoch } as const;
      return endTransactionBatch({ ...marker, coordinatorEpoch: 0, timestampMs: nowMs });
    }
    const builder = new BatchBuilder({
      writeLimitBytes: 1 << 20,
      compressionType: codec,
      baseOffset,
    });
    const isEmpty = records.length === 0;
    for (const content of isEmpty ? [record.parse({})] : records) {
      const { key, value, headers } = content;
      builder.append(timestampOf(content, nowMs), {
        key: bytesOf(key),
        value: bytesOf(value),
        headers: Object.entries(headers).map(headerOf),
      });
    }
    const batch: RecordBatch = {
      ...builder.build({
        producerId: pid,
        producerEpoch: epoch,
        baseSequence: seq,
        isTransactional: txn,
        txnUid: noTxnUid,
      }),
      partitionLeaderEpoch: leaderEpoch,
    };
    // The simulator assumes how well a batch compresses; a case is about what it really takes.
    if (codec === 'gzip') {
      const packed = encodeBatch(batch, (_type, records) => gzipSync(records));
      return { ...batch, sizeInBytes: packed.length };
    }
    if (!isEmpty) return batch;
    return { ...batch, isControl: control, records: [], sizeInBytes: batchOverheadBytes };
  }
}

function timestampOf({ timestamp: given }: RecordDescription, nowMs: number): number {
  return typeof given === 'number' ? given : nowMs + Number(given.slice('now'.length));
}

function headerOf([key, value]: [string, z.infer<typeof text>]): RecordHeader {
  return { key: utf8Bytes(key), value: bytesOf(value) };
}

function bytesOf(value: z.infer<typeof text>): Bytes | null {
  if (value === null) return null;
  return utf8Bytes(typeof value === 'string' ? value : value.repeat.repeat(value.times));
}
