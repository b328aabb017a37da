import { Api } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import {
  type ListOffsetsPartition,
  type ListOffsetsRequest,
} from '../../protocol/messages/list-offsets-request.ts';
import {
  type ListOffsetsPartitionResponse,
  type ListOffsetsTopicResponse,
} from '../../protocol/messages/list-offsets-response.ts';
import { type HostedPartitions } from '../replica/hosted-partitions.ts';
import { type OffsetAnswer, offsetFor, type OffsetReader } from '../replica/offset-lookup.ts';
import { type Partition } from '../replica/partition.ts';
import { type Exchange } from '../server/request-server.ts';

/** Replica ids of who is not a follower. */
const consumerId = -1;
const debuggingId = -2;

/** Special times, each with the version since when it may be asked for. */
const versionOfSpecialTime: ReadonlyMap<number, number> = new Map([
  [-1, 1],
  [-2, 1],
  [-3, 7],
  [-4, 8],
  [-5, 9],
  [-6, 11],
]);

const firstVersionWithEpoch = 4;
/** Before, "not known yet" was told as a leader that is not available. */
const firstVersionWithNotAvailable = 5;

/** Answers ListOffsets (`ReplicaManager.fetchOffset`). */
export function listOffsets(
  exchange: Exchange,
  request: ListOffsetsRequest,
  hosted: HostedPartitions,
): void {
  const { apiVersion } = exchange.request;
  const isClient = request.replicaId === consumerId;
  const clientBound = request.isolationLevel === 1 ? 'lastStable' : 'highWatermark';
  const reader: OffsetReader = {
    isClient,
    requireLeader: request.replicaId !== debuggingId,
    isolation: isClient ? clientBound : 'logEnd',
  };
  const topics: ListOffsetsTopicResponse[] = [];
  for (const [name, partitions] of askedByTopic(request)) {
    const answers: ListOffsetsPartitionResponse[] = [];
    for (const [partitionIndex, asked] of partitions) {
      const answer =
        asked === 'twice'
          ? unknown('INVALID_REQUEST')
          : lookUp(hosted.find(name, partitionIndex), asked, reader, apiVersion);
      answers.push(toResponse(partitionIndex, answer, apiVersion));
    }
    topics.push({ name, partitions: answers });
  }
  exchange.respond(Api.listOffsets, { throttleTimeMs: 0, topics });
}

/** What is asked for twice is answered once. */
function askedByTopic({
  topics,
}: ListOffsetsRequest): ReadonlyMap<string, ReadonlyMap<number, ListOffsetsPartition | 'twice'>> {
  const byTopic = new Map<string, Map<number, ListOffsetsPartition | 'twice'>>();
  for (const { name, partitions } of topics) {
    const asked = byTopic.get(name) ?? new Map<number, ListOffsetsPartition | 'twice'>();
    byTopic.set(name, asked);
    for (const partition of partitions) {
      const { partitionIndex } = partition;
      asked.set(partitionIndex, asked.has(partitionIndex) ? 'twice' : partition);
    }
  }
  return byTopic;
}

function lookUp(
  partition: Partition | ErrorName,
  { timestamp, currentLeaderEpoch }: ListOffsetsPartition,
  reader: OffsetReader,
  version: number,
): OffsetAnswer {
  if (!isTimeSupported(timestamp, version)) return unknown('UNSUPPORTED_VERSION');
  if (typeof partition === 'string') return unknown(partition);
  const answer = offsetFor(partition, timestamp, currentLeaderEpoch, reader);
  if (reader.isClient) recordServed(partition, timestamp, answer);
  return answer;
}

function isTimeSupported(timestamp: number, version: number): boolean {
  if (timestamp >= 0) return true;
  const since = versionOfSpecialTime.get(timestamp);
  return since !== undefined && version >= since;
}

function unknown(error: ErrorName): OffsetAnswer {
  return { error, timestampMs: -1, offset: -1, leaderEpoch: -1 };
}

function toResponse(
  partitionIndex: number,
  answer: OffsetAnswer,
  version: number,
): ListOffsetsPartitionResponse {
  const isTooNew =
    answer.error === 'OFFSET_NOT_AVAILABLE' && version < firstVersionWithNotAvailable;
  return {
    partitionIndex,
    errorCode: isTooNew ? 'LEADER_NOT_AVAILABLE' : answer.error,
    timestamp: answer.timestampMs,
    offset: answer.offset,
    leaderEpoch: version >= firstVersionWithEpoch ? answer.leaderEpoch : -1,
  };
}

function recordServed(partition: Partition, timestampMs: number, answer: OffsetAnswer): void {
  const { host } = partition;
  host.record({
    kind: 'listOffsetsServed',
    partition: partition.name,
    broker: host.brokerId,
    leaderEpoch: partition.leaderEpoch,
    timestampMs,
    error: answer.error,
    offset: answer.offset,
  });
}
