import { Api, type Request } from '../../sim/protocol/api.ts';
import { type Bytes, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { apiName } from '../../sim/frame-description.ts';
import { type JsonObject } from '../json.ts';

/** What a recorded case shows of a request. */
export function requestView(request: Request): JsonObject {
  const { apiVersion: v } = request;
  const sent = apiName(request.apiKey);
  switch (request.apiKey) {
    case Api.metadata:
      return { sent, v, topics: request.body.topics?.map(({ name }) => name) ?? null };
    case Api.produce: {
      const { acks, timeoutMs, topicData } = request.body;
      const batches = topicData.flatMap(({ name, partitionData }) =>
        partitionData.flatMap(({ index, records }) =>
          (records ?? []).map((batch) => batchView(`${name}-${index}`, batch)),
        ),
      );
      return { sent, v, acks, timeoutMs, batches };
    }
    case Api.initProducerId: {
      const { transactionTimeoutMs, producerId, producerEpoch } = request.body;
      return { sent, v, body: { transactionTimeoutMs, producerId, producerEpoch } };
    }
    default:
      return { sent, v };
  }
}

function batchView(p: string, batch: RecordBatch): JsonObject {
  const { producerId: pid, producerEpoch: epoch, baseSequence: seq } = batch;
  const records = batch.records.map(({ value }) => recordName(value));
  const view = { p, bytes: batch.sizeInBytes, records };
  return pid < 0 ? view : { ...view, pid, epoch, seq };
}

/** The value of a record is its name, filled with dots. */
export function recordValue(name: string, sizeInBytes: number): Bytes {
  return name.padEnd(sizeInBytes, '.');
}

function recordName(value: Bytes | null): string {
  return (value ?? '').replace(/\.*$/u, '');
}
