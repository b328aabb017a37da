import { BatchBuilder, type BatchProducer, noProducer } from '../../sim/protocol/batch-builder.ts';
import {
  type Bytes,
  type CompressionType,
  type RecordBatch,
} from '../../sim/protocol/record-batch.ts';

/** Records with values of zeros. */
export interface PlainRecords {
  readonly timestampsMs: readonly number[];
  /** By position in the batch; null if left out. */
  readonly keyOf?: (index: number) => Bytes | null;
  readonly valueBytes: number;
  readonly compressionType?: CompressionType;
}

/** The batch in which a client sends such records. */
export function batchOf(
  { timestampsMs, keyOf = () => null, valueBytes, compressionType = 'none' }: PlainRecords,
  producer: BatchProducer = noProducer,
): RecordBatch {
  const writeLimitBytes = Number.MAX_SAFE_INTEGER;
  const builder = new BatchBuilder({ writeLimitBytes, compressionType });
  const value = '\0'.repeat(valueBytes);
  for (const [index, timestampMs] of timestampsMs.entries()) {
    builder.append(timestampMs, { key: keyOf(index), value, headers: [] });
  }
  return builder.build(producer);
}
