import { type Context, noTimer, type Task, type TimerId } from '../../kernel/process.ts';
import { type Random } from '../../kernel/random.ts';
import { type Duration, milliseconds } from '../../kernel/time.ts';
import { type Endpoint, type Resolve } from '../../protocol/addresses.ts';
import { Api, type Frame, type Response } from '../../protocol/api.ts';
import { type FetchRequest } from '../../protocol/messages/fetch-request.ts';
import { type FetchResponse, type PartitionData } from '../../protocol/messages/fetch-response.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { metadataTopicId, zeroUuid } from '../../protocol/uuid.ts';
import { type Fact } from '../../trace.ts';
import { RequestStream, type StreamRegistry } from '../outgoing/request-stream.ts';

export interface MetadataTailSettings {
  readonly brokerId: number;
  readonly clusterId: string;
  /** Any of the controllers is asked while the leader is not known. */
  readonly controllers: readonly Endpoint[];
  readonly resolve: Resolve;
  readonly requestTimeoutMs: number;
  readonly setupTimeoutMs: number;
  readonly setupTimeoutMaxMs: number;
}

/** Takes what has been committed, one call for each answer that moves the high watermark. */
export type CommitListener = (batches: readonly RecordBatch[], highWatermark: Offset) => void;

const metadataTopic = '__cluster_metadata';
const maxWaitMs = 500;
const maxBytes = 1_048_576;
const retryBackoff: Duration = milliseconds(20);

/**
 * Follows the controller's log as an observer of the raft quorum (`KafkaRaftClient`): keeps what is
 * replicated but not yet committed, and hands on what is below the high watermark.
 *
 * Simplified: the log is not kept on the broker's disk but fetched again in each life, and there are
 * no snapshots (KIP-630).
 */
export class MetadataTail {
  readonly #context: Context<Frame, Fact>;
  readonly #settings: MetadataTailSettings;
  readonly #committed: CommitListener;
  readonly #stream: RequestStream;
  readonly #random: Random;
  readonly #retry: Task;
  #timer: TimerId = noTimer;
  #leader: Endpoint | undefined = undefined;
  #leaderEpoch = 0;
  #endOffset: Offset = 0;
  #lastEpoch = 0;
  #highWatermark: Offset = -1;
  /** Epoch of the last committed batch. */
  #committedEpoch = 0;
  /** From the high watermark to the end. */
  readonly #uncommitted: RecordBatch[] = [];
  #isClosed = false;
  /** The leader did not answer the last request: any controller is asked next. */
  #leaderFailed = false;

  constructor(
    context: Context<Frame, Fact>,
    registry: StreamRegistry,
    settings: MetadataTailSettings,
    committed: CommitListener,
  ) {
    this.#context = context;
    this.#settings = settings;
    this.#committed = committed;
    this.#random = context.random('metadata-controller');
    this.#stream = new RequestStream(
      context,
      registry,
      {
        answered: (response) => {
          this.#answered(response);
        },
        streamFailed: () => {
          this.#failed();
        },
      },
      {
        clientId: `raft-client-${settings.brokerId}`,
        requestTimeoutMs: settings.requestTimeoutMs,
        setupTimeoutMs: settings.setupTimeoutMs,
        setupTimeoutMaxMs: settings.setupTimeoutMaxMs,
      },
    );
    this.#retry = {
      taskName: 'metadata-fetch',
      run: () => {
        this.#timer = noTimer;
        this.#fetch();
      },
    };
  }

  /** The active controller, as far as this broker knows. */
  get leader(): Endpoint | undefined {
    return this.#leader;
  }

  start(): void {
    this.#fetch();
  }

  close(): void {
    this.#isClosed = true;
    this.#context.cancelTimer(this.#timer);
    this.#stream.reset();
  }

  #fetch(): void {
    if (this.#isClosed || this.#stream.isBusy) return;
    const known = this.#leaderFailed ? undefined : this.#leader;
    this.#leaderFailed = false;
    const { host, port } = known ?? this.#random.pick(this.#settings.controllers);
    this.#stream.send(this.#settings.resolve(host, port), Api.fetch, this.#request());
  }

  #request(): FetchRequest {
    const { brokerId, clusterId } = this.#settings;
    return {
      clusterId,
      replicaId: -1,
      replicaState: { replicaId: brokerId, replicaEpoch: -1 },
      maxWaitMs,
      minBytes: 0,
      maxBytes,
      isolationLevel: 0,
      sessionId: 0,
      sessionEpoch: -1,
      topics: [
        {
          topic: metadataTopic,
          topicId: metadataTopicId,
          partitions: [
            {
              partition: 0,
              currentLeaderEpoch: this.#leaderEpoch,
              fetchOffset: this.#endOffset,
              lastFetchedEpoch: this.#lastEpoch,
              logStartOffset: -1,
              partitionMaxBytes: 0,
              replicaDirectoryId: zeroUuid,
              highWatermark: this.#highWatermark,
            },
          ],
        },
      ],
      forgottenTopicsData: [],
      rackId: '',
    };
  }

  #answered(response: Response): void {
    if (response.apiKey !== Api.fetch) return;
    const partition = response.body.responses[0]?.partitions[0];
    if (response.body.errorCode !== 'NONE' || partition === undefined) {
      this.#failed();
      return;
    }
    this.#learnLeader(partition, response.body);
    if (partition.errorCode === 'NONE') this.#append(partition);
    if (isUnusable(partition)) this.#failed();
    else this.#fetch();
  }

  /** An answer of an older epoch says nothing new of the leader (`maybeHandleCommonResponse`). */
  #learnLeader(partition: PartitionData, answer: FetchResponse): void {
    const { leaderId, leaderEpoch } = partition.currentLeader;
    if (leaderEpoch < this.#leaderEpoch) return;
    if (leaderEpoch > this.#leaderEpoch) this.#leader = undefined;
    this.#leaderEpoch = leaderEpoch;
    if (leaderId < 0 || this.#leader !== undefined) return;
    this.#leader =
      this.#settings.controllers.find((controller) => controller.nodeId === leaderId) ??
      answer.nodeEndpoints.find((endpoint) => endpoint.nodeId === leaderId);
  }

  #append(partition: PartitionData): void {
    if (partition.currentLeader.leaderEpoch < this.#leaderEpoch) return;
    if (partition.divergingEpoch.epoch >= 0) {
      this.#truncate(partition.divergingEpoch.endOffset);
      return;
    }
    for (const batch of partition.records ?? []) {
      if (batch.baseOffset < this.#endOffset) continue;
      this.#uncommitted.push(batch);
      this.#endOffset = batch.lastOffset + 1;
      this.#lastEpoch = batch.partitionLeaderEpoch;
    }
    const highWatermark = Math.min(partition.highWatermark, this.#endOffset);
    if (highWatermark > this.#highWatermark) this.#commit(highWatermark);
  }

  #commit(highWatermark: Offset): void {
    this.#highWatermark = highWatermark;
    const first = this.#uncommitted.findIndex((batch) => batch.lastOffset >= highWatermark);
    const count = first < 0 ? this.#uncommitted.length : first;
    const batches = this.#uncommitted.splice(0, count);
    this.#committedEpoch = batches.at(-1)?.partitionLeaderEpoch ?? this.#committedEpoch;
    this.#committed(batches, highWatermark);
  }

  #truncate(endOffset: Offset): void {
    const first = this.#uncommitted.findIndex((batch) => batch.lastOffset >= endOffset);
    if (first >= 0) this.#uncommitted.length = first;
    const last = this.#uncommitted.at(-1);
    this.#endOffset = last === undefined ? Math.max(this.#highWatermark, 0) : last.lastOffset + 1;
    this.#lastEpoch = last?.partitionLeaderEpoch ?? this.#committedEpoch;
  }

  #failed(): void {
    this.#leaderFailed = true;
    if (this.#isClosed || this.#timer !== noTimer) return;
    this.#timer = this.#context.setTimer(retryBackoff, this.#retry);
  }
}

/** Whether the asked node cannot serve the log at all; a stale leader epoch is mended by the answer. */
function isUnusable(partition: PartitionData): boolean {
  const { errorCode, currentLeader } = partition;
  if (errorCode === 'NONE') return false;
  const tellsMore = errorCode === 'FENCED_LEADER_EPOCH' || errorCode === 'NOT_LEADER_OR_FOLLOWER';
  return !tellsMore || currentLeader.leaderId < 0;
}
