import {
  type FetchableTopicResponse,
  type FetchResponse,
  type NodeEndpoint,
  type PartitionData,
} from '../../protocol/messages/fetch-response.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type CurrentLeader, type LeaderHints } from '../handlers/leader-hints.ts';
import { type FetchedPartition } from './fetched-partition.ts';

const firstVersionWithLeaderHints = 16;
/** Older clients do not know the error of a failed disk. */
const firstVersionWithStorageError = 6;

const noEpochEnd = { epoch: -1, endOffset: -1 };
const noSnapshot = { endOffset: -1, epoch: -1 };
const noLeaderKnown: CurrentLeader = { leaderId: -1, leaderEpoch: -1 };
const noEndpoints: readonly NodeEndpoint[] = [];
const noResponses: readonly FetchableTopicResponse[] = [];

/** Collects the partitions of an answer, neighbours of one topic together, in the order given. */
export class FetchAnswer {
  readonly #version: number;
  /** Followers, who know all brokers, are not told where a leader can be reached. */
  readonly #isFollower: boolean;
  readonly #hints: LeaderHints;
  readonly #topics: { topic: string; topicId: string; partitions: PartitionData[] }[] = [];
  readonly #endpoints: NodeEndpoint[] = [];
  sizeInBytes = 0;

  constructor(
    { version, isFollower }: { readonly version: number; readonly isFollower: boolean },
    hints: LeaderHints,
  ) {
    this.#version = version;
    this.#isFollower = isFollower;
    this.#hints = hints;
  }

  add(asked: FetchedPartition): void {
    const last = this.#topics.at(-1);
    const data = this.#partition(asked);
    const isSameTopic = last?.topicId === asked.topicId && last.topic === (asked.topic ?? '');
    if (isSameTopic) last.partitions.push(data);
    else {
      this.#topics.push({ topic: asked.topic ?? '', topicId: asked.topicId, partitions: [data] });
    }
    this.sizeInBytes += asked.read.sizeInBytes;
  }

  build(errorCode: ErrorName, sessionId: number): FetchResponse {
    return {
      throttleTimeMs: 0,
      errorCode,
      sessionId,
      responses: this.#topics.length === 0 ? noResponses : this.#topics,
      nodeEndpoints:
        this.#isFollower || this.#endpoints.length === 0 ? noEndpoints : this.#endpoints,
    };
  }

  #partition(asked: FetchedPartition): PartitionData {
    const { read } = asked;
    const error = read.errorCode;
    const isUnknownToClient =
      error === 'KAFKA_STORAGE_ERROR' && this.#version < firstVersionWithStorageError;
    return {
      partitionIndex: asked.index,
      errorCode: isUnknownToClient ? 'NOT_LEADER_OR_FOLLOWER' : error,
      highWatermark: read.highWatermark,
      lastStableOffset: read.lastStableOffset,
      logStartOffset: read.logStartOffset,
      divergingEpoch:
        read.divergingEpoch < 0
          ? noEpochEnd
          : { epoch: read.divergingEpoch, endOffset: read.divergingEndOffset },
      currentLeader: error === 'NONE' ? noLeaderKnown : this.#currentLeader(asked),
      snapshotId: noSnapshot,
      abortedTransactions: read.abortedTransactions,
      preferredReadReplica: read.preferredReadReplica,
      records: read.batches,
    };
  }

  #currentLeader(asked: FetchedPartition): CurrentLeader {
    const { errorCode } = asked.read;
    const isHinted =
      this.#version >= firstVersionWithLeaderHints &&
      (errorCode === 'NOT_LEADER_OR_FOLLOWER' || errorCode === 'FENCED_LEADER_EPOCH');
    if (!isHinted || asked.topic === null) return noLeaderKnown;
    return this.#hints.currentLeader(asked.topic, asked.index, this.#endpoints);
  }
}

/** An answer that names no partition: most answers of an idle session, or an error of the whole request. */
export function emptyFetchResponse(errorCode: ErrorName, sessionId: number): FetchResponse {
  return {
    throttleTimeMs: 0,
    errorCode,
    sessionId,
    responses: noResponses,
    nodeEndpoints: noEndpoints,
  };
}
