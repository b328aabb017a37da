import { BatchBuilder } from '../../../protocol/batch-builder.ts';
import { topicPartition } from '../../topic-partition.ts';
import { ProducerBatch } from '../producer-batch.ts';

/** A batch of t-0 with so many records. */
export function batchOf(recordCount: number, createdMs = 0): ProducerBatch {
  const builder = new BatchBuilder({ writeLimitBytes: 10_000 });
  const batch = new ProducerBatch(topicPartition('t', 0), builder, createdMs, false);
  for (let recordId = 0; recordId < recordCount; recordId += 1) {
    batch.tryAppend(createdMs, { key: null, value: 'x', headers: [] }, recordId, createdMs);
  }
  return batch;
}
