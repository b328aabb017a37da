import { type ErrorName } from '../../protocol/errors.ts';
import { type ProduceRequest } from '../../protocol/messages/produce-request.ts';
import { type RecordBatch } from '../../protocol/record-batch.ts';

const currentMagic = 2;
const firstVersionWithZstd = 7;

/** Why the whole request is refused. */
export function requestError({ topicData, transactionalId }: ProduceRequest): ErrorName {
  let producer: RecordBatch | undefined = undefined;
  for (const { partitionData } of topicData) {
    for (const { records } of partitionData) {
      const batch = records?.[0];
      if (batch?.isTransactional !== true) continue;
      if (transactionalId === null) return 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED';
      if (producer !== undefined && !isSameProducer(producer, batch)) {
        return 'INVALID_PRODUCER_ID_MAPPING';
      }
      producer = batch;
    }
  }
  return 'NONE';
}

function isSameProducer(a: RecordBatch, b: RecordBatch): boolean {
  return a.producerId === b.producerId && a.producerEpoch === b.producerEpoch;
}

/** Why the records of one partition are refused before anything else (`ProduceRequest.validateRecords`). */
export function recordSetError(batches: readonly RecordBatch[], version: number): ErrorName {
  const [batch] = batches;
  if (batch?.magic !== currentMagic) return 'INVALID_RECORD';
  if (batch.compressionType === 'zstd' && version < firstVersionWithZstd) {
    return 'UNSUPPORTED_COMPRESSION_TYPE';
  }
  return batches.length === 1 ? 'NONE' : 'INVALID_RECORD';
}
