import { type Endpoint } from '../protocol/addresses.ts';
import { type ErrorName } from '../protocol/errors.ts';
import { type FetchPartition, type FetchRequest } from '../protocol/messages/fetch-request.ts';
import { type FetchResponse } from '../protocol/messages/fetch-response.ts';
import { type Offset, type RecordBatch } from '../protocol/record-batch.ts';
import { metadataTopicId } from '../protocol/uuid.ts';
import { type EpochEnd, type MetadataLogFile } from './metadata-log-file.ts';

/** Who leads the quorum, as far as this node knows. */
export interface LeaderAndEpoch {
  readonly leader: Endpoint;
  readonly epoch: number;
}

const unknownEpochEnd: EpochEnd = { epoch: -1, endOffset: -1 };

/** The one partition that a fetch of the metadata log names; `undefined` if it names anything else. */
export function metadataPartition({ topics }: FetchRequest): FetchPartition | undefined {
  const [topic] = topics;
  const [partition] = topic?.partitions ?? [];
  const isMetadata =
    topics.length === 1 && topic?.topicId === metadataTopicId && topic.partitions.length === 1;
  return isMetadata && partition?.partition === 0 ? partition : undefined;
}

/** Why the fetch makes no sense, whoever leads (`KafkaRaftClient.handleFetchRequest`). */
export function isMalformed({ maxWaitMs }: FetchRequest, partition: FetchPartition): boolean {
  const { fetchOffset, lastFetchedEpoch, currentLeaderEpoch } = partition;
  if (maxWaitMs < 0 || fetchOffset < 0) return true;
  return lastFetchedEpoch < 0 || lastFetchedEpoch > currentLeaderEpoch;
}

/**
 * Up to where the reader's log agrees with this one; `undefined` if all of it does
 * (`validateOffsetAndEpoch`, without snapshots).
 */
export function divergenceOf(
  log: MetadataLogFile,
  { fetchOffset, lastFetchedEpoch }: FetchPartition,
): EpochEnd | undefined {
  if (fetchOffset === 0) return undefined;
  const end = log.endOfEpoch(lastFetchedEpoch);
  return end.epoch === lastFetchedEpoch && end.endOffset >= fetchOffset ? undefined : end;
}

/** A fetch of something else, or of another cluster. */
export function topLevelError(errorCode: ErrorName): FetchResponse {
  return { throttleTimeMs: 0, errorCode, sessionId: 0, responses: [], nodeEndpoints: [] };
}

export interface FetchAnswer {
  readonly errorCode: ErrorName;
  /** -1 with an error, or if not known. */
  readonly highWatermark: Offset;
  readonly divergingEpoch?: EpochEnd;
  readonly records?: readonly RecordBatch[];
}

export function fetchResponse(
  { leader, epoch }: LeaderAndEpoch,
  { errorCode, highWatermark, divergingEpoch = unknownEpochEnd, records = [] }: FetchAnswer,
): FetchResponse {
  return {
    throttleTimeMs: 0,
    errorCode: 'NONE',
    sessionId: 0,
    responses: [
      {
        topic: '',
        topicId: metadataTopicId,
        partitions: [
          {
            partitionIndex: 0,
            errorCode,
            highWatermark,
            lastStableOffset: -1,
            logStartOffset: errorCode === 'NONE' ? 0 : -1,
            divergingEpoch,
            currentLeader: { leaderId: leader.nodeId, leaderEpoch: epoch },
            snapshotId: { endOffset: -1, epoch: -1 },
            abortedTransactions: null,
            preferredReadReplica: -1,
            records,
          },
        ],
      },
    ],
    nodeEndpoints: [{ nodeId: leader.nodeId, host: leader.host, port: leader.port, rack: null }],
  };
}
