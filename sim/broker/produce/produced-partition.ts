import { type ErrorName } from '../../protocol/errors.ts';
import { type PartitionProduceResponse } from '../../protocol/messages/produce-response.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { type HintedEndpoint, type LeaderHints } from '../handlers/leader-hints.ts';
import { type AppendResult } from '../log/append-result.ts';
import { refused } from '../replica/leader-append.ts';
import { type Partition } from '../replica/partition.ts';

const noLeaderKnown = { leaderId: -1, leaderEpoch: -1 };

/** One partition of a produce, from its request to its answer. */
export class ProducedPartition {
  /** Empty while this broker does not know the topic of the id. */
  readonly topic: string;
  readonly topicId: string;
  readonly index: number;
  readonly batches: readonly RecordBatch[];
  /** Undefined if it was not found here. */
  partition: Partition | undefined = undefined;
  result: AppendResult = refused('NONE', -1);
  /** As it will be answered: of a waiting one REQUEST_TIMED_OUT, until it is decided. */
  error: ErrorName = 'NONE';
  isWaiting = false;
  /** As this broker knew the partition when it was decided, be it long before the answer goes out. */
  leaderEpoch = -1;
  highWatermark = -1;
  logEndOffset = -1;
  maximalIsrSize = 0;
  minInsyncReplicas = 0;

  constructor(topic: string, topicId: string, index: number, batches: readonly RecordBatch[]) {
    this.topic = topic;
    this.topicId = topicId;
    this.index = index;
    this.batches = batches;
  }

  /** Refused before its log was asked. */
  refuse(error: ErrorName): void {
    this.decide(refused(error, -1));
  }

  decide(result: AppendResult): void {
    this.result = result;
    this.error = result.error;
    this.#note();
  }

  /** Appended, and to be answered when it is replicated. */
  wait(): void {
    this.isWaiting = true;
    this.error = 'REQUEST_TIMED_OUT';
  }

  settle(error: ErrorName): void {
    this.isWaiting = false;
    this.error = error;
    this.#note();
  }

  /** The high watermark at which it is replicated. */
  get requiredOffset(): Offset {
    return this.result.lastOffset + 1;
  }

  /** `hints` are for clients that understand them; `endpoints` collects where the leaders are. */
  toResponse(
    hints: LeaderHints | undefined,
    endpoints: HintedEndpoint[],
  ): PartitionProduceResponse {
    const { result, error } = this;
    const isHinted = hints !== undefined && error === 'NOT_LEADER_OR_FOLLOWER';
    return {
      index: this.index,
      errorCode: error,
      baseOffset: result.baseOffset,
      logAppendTimeMs: result.logAppendTimeMs,
      logStartOffset: result.logStartOffset,
      recordErrors: result.recordErrors,
      errorMessage: result.errorMessage,
      currentLeader: isHinted
        ? hints.currentLeader(this.topic, this.index, endpoints)
        : noLeaderKnown,
    };
  }

  #note(): void {
    const { partition } = this;
    if (partition === undefined) return;
    const { log } = partition;
    this.leaderEpoch = partition.leaderEpoch;
    this.maximalIsrSize = partition.isr.maximalIsr.length;
    if (log === undefined) return;
    this.highWatermark = log.highWatermark;
    this.logEndOffset = log.logEndOffset;
    this.minInsyncReplicas = partition.minIsr(log);
  }
}
