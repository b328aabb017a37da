import { type FetchRequest } from '../../sim/protocol/messages/fetch-request.ts';
import {
  type FetchResponse,
  type PartitionData,
} from '../../sim/protocol/messages/fetch-response.ts';
import { type FindCoordinatorRequest } from '../../sim/protocol/messages/find-coordinator-request.ts';
import { type FindCoordinatorResponse } from '../../sim/protocol/messages/find-coordinator-response.ts';
import { type ListOffsetsRequest } from '../../sim/protocol/messages/list-offsets-request.ts';
import { type ListOffsetsResponse } from '../../sim/protocol/messages/list-offsets-response.ts';
import { type OffsetFetchRequest } from '../../sim/protocol/messages/offset-fetch-request.ts';
import { type OffsetFetchResponse } from '../../sim/protocol/messages/offset-fetch-response.ts';
import { type OffsetForLeaderEpochRequest } from '../../sim/protocol/messages/offset-for-leader-epoch-request.ts';
import { type OffsetForLeaderEpochResponse } from '../../sim/protocol/messages/offset-for-leader-epoch-response.ts';
import { type Given, type PartitionAnswer } from './client-case.ts';
import { coordinatorOf, listenerOf, topicNameIn, topicNameOf } from './scripted-addresses.ts';
import { type AnswerScript } from './scripted-answers.ts';
import { scriptedBatch } from './scripted-batch.ts';

/** Of a log of which the case does not say how long it is. */
const endlessLog: readonly [number, number] = [0, Number.MAX_SAFE_INTEGER];

const earliestTimestamp = -2;

/** What a scripted cluster answers to a consumer. */
export class ScriptedReads {
  topics: Given['cluster']['topics'];
  coordinator: number;
  committed: Given['committed'];
  readonly #logs: Given['logs'];
  /** A consumer has a second connection to its coordinator, a producer has not. */
  readonly #hasOwnConnection: boolean;

  constructor({ client, cluster, committed, logs }: Given) {
    this.#hasOwnConnection = client === 'consumer';
    this.topics = cluster.topics;
    this.coordinator = cluster.coordinator ?? cluster.nodes[0] ?? 1;
    this.committed = committed;
    this.#logs = logs;
  }

  /** All partitions that the request names, or only some. */
  fetch({ topics }: FetchRequest, script: AnswerScript): FetchResponse {
    const { throttle = 0, topError = 'NONE', session = 0, only } = script;
    const responses = topics.map(({ topicId, partitions }) => {
      const topic = topicNameOf(topicId);
      const named = partitions.filter(
        ({ partition }) => only?.includes(`${topic}-${partition}`) !== false,
      );
      const answers = named.map(({ partition, fetchOffset }) =>
        fetched(partition, fetchOffset, answerOf(script, `${topic}-${partition}`)),
      );
      return { topic: '', topicId, partitions: answers };
    });
    return {
      throttleTimeMs: throttle,
      errorCode: topError,
      sessionId: session,
      responses: topError === 'NONE' ? responses : [],
      nodeEndpoints: leadersIn(script).map((nodeId) => ({
        nodeId,
        ...listenerOf(nodeId),
        rack: null,
      })),
    };
  }

  listOffsets({ topics }: ListOffsetsRequest, script: AnswerScript): ListOffsetsResponse {
    return {
      throttleTimeMs: script.throttle ?? 0,
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex, timestamp }) => {
          const partition = `${name}-${partitionIndex}`;
          const { error = 'NONE' } = answerOf(script, partition);
          const [start, end] = this.#logs[partition] ?? endlessLog;
          const offset = timestamp === earliestTimestamp ? start : end;
          const isFound = error === 'NONE';
          return {
            partitionIndex,
            errorCode: error,
            timestamp: -1,
            offset: isFound ? offset : -1,
            leaderEpoch: isFound ? (this.topics[name]?.[partitionIndex]?.[1] ?? -1) : -1,
          };
        }),
      })),
    };
  }

  /** If nothing is said of an epoch, the log has it, and it has not ended yet. */
  epochEnds(
    { topics }: OffsetForLeaderEpochRequest,
    script: AnswerScript,
  ): OffsetForLeaderEpochResponse {
    return {
      throttleTimeMs: script.throttle ?? 0,
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition, leaderEpoch }) => {
          const answer = answerOf(script, `${topic}-${partition}`);
          const { error = 'NONE', epoch = leaderEpoch, end = endlessLog[1] } = answer;
          return { errorCode: error, partition, leaderEpoch: epoch, endOffset: end };
        }),
      })),
    };
  }

  coordinators(
    { coordinatorKeys }: FindCoordinatorRequest,
    { error = 'NONE', throttle = 0 }: AnswerScript,
  ): FindCoordinatorResponse {
    const isFound = error === 'NONE';
    const nowhere = { nodeId: -1, host: '', port: -1 };
    const address = this.#hasOwnConnection ? coordinatorOf : listenerOf;
    const place = { nodeId: this.coordinator, ...address(this.coordinator) };
    return {
      throttleTimeMs: throttle,
      errorCode: 'NONE',
      errorMessage: null,
      ...nowhere,
      coordinators: coordinatorKeys.map((key) => ({
        key,
        ...(isFound ? place : nowhere),
        errorCode: error,
        errorMessage: null,
      })),
    };
  }

  committedOffsets({ groups }: OffsetFetchRequest, script: AnswerScript): OffsetFetchResponse {
    const { topError = 'NONE', throttle = 0 } = script;
    return {
      throttleTimeMs: throttle,
      topics: [],
      errorCode: 'NONE',
      groups: groups.map(({ groupId, topics }) => ({
        groupId,
        errorCode: topError,
        topics: (topics ?? []).map(({ name, topicId, partitionIndexes }) => ({
          name,
          topicId,
          partitions: partitionIndexes.map((partitionIndex) => {
            const partition = `${topicNameIn({ name, topicId })}-${partitionIndex}`;
            const { error = 'NONE' } = answerOf(script, partition);
            const [offset = -1, epoch = -1] = [this.committed[partition] ?? []].flat();
            return {
              partitionIndex,
              committedOffset: error === 'NONE' ? offset : -1,
              committedLeaderEpoch: error === 'NONE' ? epoch : -1,
              metadata: '',
              errorCode: error,
            };
          }),
        })),
      })),
    };
  }
}

/** What a step says of one partition. */
export function answerOf(script: AnswerScript, partition: string): PartitionAnswer {
  const { leader } = script;
  const named = typeof leader === 'string' ? undefined : leader;
  return { ...script, leader: named, ...script.with?.[partition] };
}

/** The nodes that an answer names as leaders (KIP-951). */
export function leadersIn(script: AnswerScript): readonly number[] {
  const answers = [script, ...Object.values(script.with ?? {})];
  return answers.flatMap(({ leader }) =>
    leader === undefined || typeof leader === 'string' ? [] : [leader[0]],
  );
}

function fetched(
  partitionIndex: number,
  fetchOffset: number,
  { error = 'NONE', batches = [], logStart = 0, ...answer }: PartitionAnswer,
): PartitionData {
  const records = batches.map(scriptedBatch);
  const { hw = Math.max(fetchOffset, (records.at(-1)?.lastOffset ?? -1) + 1) } = answer;
  const [leaderId, leaderEpoch] = answer.leader ?? [-1, -1];
  const [epoch, endOffset] = answer.diverging ?? [-1, -1];
  return {
    partitionIndex,
    errorCode: error,
    highWatermark: hw,
    lastStableOffset: answer.lso ?? hw,
    logStartOffset: logStart,
    divergingEpoch: { epoch, endOffset },
    currentLeader: { leaderId, leaderEpoch },
    snapshotId: { endOffset: -1, epoch: -1 },
    abortedTransactions: (answer.aborted ?? []).map(([producerId, firstOffset]) => ({
      producerId,
      firstOffset,
    })),
    preferredReadReplica: -1,
    records,
  };
}
