import { Api, type Request } from '../../sim/protocol/api.ts';
import { type Bytes, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { apiName } from '../../sim/frame-description.ts';
import { type FetchRequest } from '../../sim/protocol/messages/fetch-request.ts';
import { type JsonObject } from '../json.ts';
import { topicNameOf } from './scripted-addresses.ts';
import { transactionView } from './transaction-view.ts';

/** What a recorded case shows of a request. */
export function requestView(request: Request): JsonObject {
  const { apiVersion: v } = request;
  const sent = apiName(request.apiKey);
  switch (request.apiKey) {
    case Api.metadata:
      return { sent, v, topics: request.body.topics?.map(({ name }) => name) ?? null };
    case Api.produce: {
      const { acks, timeoutMs, topicData, transactionalId } = request.body;
      const batches = topicData.flatMap(({ name, partitionData }) =>
        partitionData.flatMap(({ index, records }) =>
          (records ?? []).map((batch) => batchView(`${name}-${index}`, batch)),
        ),
      );
      const view = { sent, v, acks, timeoutMs, batches };
      return transactionalId === null ? view : { ...view, transactionalId };
    }
    default: {
      const body = transactionView(request);
      return body === undefined ? { sent, v, ...readView(request) } : { sent, v, body };
    }
  }
}

/** The same of a consumer's requests. */
function readView(request: Request): JsonObject {
  switch (request.apiKey) {
    case Api.fetch:
      return fetchView(request.body);
    case Api.listOffsets: {
      const { isolationLevel, topics } = request.body;
      const timestamps = topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, timestamp }) => [`${name}-${partitionIndex}`, timestamp]),
      );
      return { isolation: isolationOf(isolationLevel), timestamps: Object.fromEntries(timestamps) };
    }
    case Api.offsetForLeaderEpoch: {
      const partitions = request.body.topics.flatMap((topic) =>
        topic.partitions.map(({ partition, currentLeaderEpoch, leaderEpoch }) => {
          return { p: `${topic.topic}-${partition}`, currentLeaderEpoch, leaderEpoch };
        }),
      );
      return { partitions: partitions.sort(byName) };
    }
    case Api.findCoordinator: {
      const { keyType, coordinatorKeys } = request.body;
      return { type: keyType === 0 ? 'group' : 'transaction', key: coordinatorKeys[0] };
    }
    case Api.offsetFetch: {
      const { groups, requireStable } = request.body;
      const partitions = groups.flatMap(({ topics }) =>
        (topics ?? []).flatMap(({ name, partitionIndexes }) =>
          partitionIndexes.map((partition) => ({ p: `${name}-${partition}` })),
        ),
      );
      return { requireStable, partitions: partitions.sort(byName).map(({ p }) => p) };
    }
    default:
      return {};
  }
}

function fetchView({ topics, ...request }: FetchRequest): JsonObject {
  const partitions = topics.flatMap(({ topicId, partitions: asked }) =>
    asked.map((partition) => ({
      p: `${topicNameOf(topicId)}-${partition.partition}`,
      offset: partition.fetchOffset,
      leaderEpoch: partition.currentLeaderEpoch,
      lastFetchedEpoch: partition.lastFetchedEpoch,
      maxBytes: partition.partitionMaxBytes,
    })),
  );
  return {
    session: request.sessionId,
    sessionEpoch: request.sessionEpoch,
    maxWaitMs: request.maxWaitMs,
    minBytes: request.minBytes,
    maxBytes: request.maxBytes,
    isolation: isolationOf(request.isolationLevel),
    partitions: partitions.sort(byName),
  };
}

function isolationOf(level: number): string {
  return level === 1 ? 'read_committed' : 'read_uncommitted';
}

function byName({ p: one }: { readonly p: string }, { p: other }: { readonly p: string }): number {
  return one < other ? -1 : 1;
}

function batchView(p: string, batch: RecordBatch): JsonObject {
  const { producerId: pid, producerEpoch: epoch, baseSequence: seq } = batch;
  const records = batch.records.map(({ value }) => recordName(value));
  const view = { p, bytes: batch.sizeInBytes, records };
  if (pid < 0) return view;
  const idempotent = { ...view, pid, epoch, seq };
  return batch.isTransactional ? { ...idempotent, txn: true } : idempotent;
}

/** The value of a record is its name, filled with dots. */
export function recordValue(name: string, sizeInBytes: number): Bytes {
  return name.padEnd(sizeInBytes, '.');
}

function recordName(value: Bytes | null): string {
  return (value ?? '').replace(/\.*$/u, '');
}
