import {
  assignedPartitions,
  subscriptionOf,
} from '../../sim/client/consumer/assignors/subscription-metadata.ts';
import { Api, type Request } from '../../sim/protocol/api.ts';
import { type Bytes, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { apiName } from '../../sim/frame-description.ts';
import { type ConsumerGroupHeartbeatRequest } from '../../sim/protocol/messages/consumer-group-heartbeat-request.ts';
import { zeroUuid } from '../../sim/protocol/uuid.ts';
import { type FetchRequest } from '../../sim/protocol/messages/fetch-request.ts';
import { type JsonObject } from '../json.ts';
import { topicNameIn, topicNameOf } from './scripted-addresses.ts';
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
        (topics ?? []).flatMap((topic) =>
          topic.partitionIndexes.map((partition) => ({ p: `${topicNameIn(topic)}-${partition}` })),
        ),
      );
      const memberEpoch = groups[0]?.memberEpoch ?? -1;
      return {
        requireStable,
        ...(memberEpoch < 0 ? {} : { memberEpoch }),
        partitions: partitions.sort(byName).map(({ p }) => p),
      };
    }
    default:
      return memberView(request);
  }
}

/** The same of a member's requests. */
function memberView(request: Request): JsonObject {
  switch (request.apiKey) {
    case Api.joinGroup: {
      const { memberId, groupInstanceId, sessionTimeoutMs, rebalanceTimeoutMs, protocols } =
        request.body;
      return {
        member: memberId,
        ...(groupInstanceId === null ? {} : { instance: groupInstanceId }),
        sessionTimeoutMs,
        rebalanceTimeoutMs,
        protocols: protocols.map(({ name, metadata }) => ({ name, ...protocolView(metadata) })),
      };
    }
    case Api.syncGroup: {
      const { memberId: member, generationId: generation, assignments } = request.body;
      const entries = assignments.map(({ memberId, assignment }): [string, unknown] => [
        memberId,
        assignedPartitions(assignment).map(({ name }) => name),
      ]);
      return { member, generation, assignments: Object.fromEntries(entries) };
    }
    case Api.offsetCommit: {
      const { generationIdOrMemberEpoch: generation, memberId: member, topics } = request.body;
      const offsets = topics.flatMap((topic) =>
        topic.partitions.map(({ partitionIndex, committedOffset }): [string, unknown] => [
          `${topicNameIn(topic)}-${partitionIndex}`,
          committedOffset,
        ]),
      );
      return { generation, member: memberName(member), offsets: Object.fromEntries(offsets) };
    }
    case Api.heartbeat: {
      const { groupId, generationId, memberId, groupInstanceId } = request.body;
      const instance = groupInstanceId === null ? {} : { groupInstanceId };
      return { body: { groupId, generationId, memberId, ...instance } };
    }
    case Api.leaveGroup: {
      const { groupId, members } = request.body;
      return { body: { groupId, members: members.map(({ memberId }) => ({ memberId })) } };
    }
    case Api.consumerGroupHeartbeat:
      return { body: consumerHeartbeatView(request.body) };
    default:
      return {};
  }
}

/** What a heartbeat leaves out is not shown. */
function consumerHeartbeatView({
  memberId,
  topicPartitions,
  ...fields
}: ConsumerGroupHeartbeatRequest): JsonObject {
  const owned = topicPartitions?.flatMap(({ topicId, partitions }) =>
    partitions.map((partition) => `${topicNameOf(topicId)}-${partition}`),
  );
  const view = { ...fields, memberId: memberName(memberId), topicPartitions: owned ?? null };
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== null));
}

/** An id that a member has taken by itself is another one in each recording. */
function memberName(memberId: string): string {
  return memberId.length === zeroUuid.length ? 'member1' : memberId;
}

function protocolView(metadata: Bytes): JsonObject {
  const { topics, ownedPartitions, generationId } = subscriptionOf(
    { memberId: '', groupInstanceId: null },
    metadata,
  );
  const owned = ownedPartitions.map(({ name }) => name);
  return { topics, owned, ...(generationId === null ? {} : { generation: generationId }) };
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
