import { type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { type ProducerStateView } from '../../trace.ts';
import {
  type AppendOrigin,
  type AppendResult,
  type FollowerAppendResult,
} from './append-result.ts';
import { type LogPosition } from './log-position.ts';
import { type FetchIsolation, type ReadResult, type TimestampedOffset } from './read-result.ts';

/** An entry of the leader epoch cache. */
export interface EpochEntry {
  readonly leaderEpoch: number;
  readonly startOffset: Offset;
}

/** The end of an epoch in this log, as `endOffsetFor` finds it. */
export interface EpochEnd {
  readonly leaderEpoch: number;
  readonly endOffset: Offset;
}

/** Proves that the coordinator knows the transaction (KIP-890); the one last issued counts. */
export type VerificationGuard = number;

/** The guard of an append that was not verified. */
export const noGuard: VerificationGuard = 0;

/** Ties a leader append to its transaction. */
export interface Verification {
  readonly guard: VerificationGuard;
  /** Of a marker: 0, 1, 2; -1 for data. */
  readonly transactionVersion: number;
}

export declare class PartitionLog {
  /** `orders-0` */
  readonly partition: string;
  readonly topicId: string | null;
  readonly config: TopicConfig;
  updateConfig(config: TopicConfig): void;

  readonly logStartOffset: Offset;
  readonly logEndOffset: Offset;
  readonly highWatermark: Offset;
  readonly lastStableOffset: Offset;
  /** Of the first transaction that is open, or whose marker is not yet replicated; -1 if none. */
  readonly firstUnstableOffset: Offset;
  readonly recoveryPoint: Offset;
  readonly sizeInBytes: number;

  appendAsLeader(
    batches: readonly RecordBatch[],
    leaderEpoch: number,
    origin?: AppendOrigin,
    verification?: Verification,
  ): AppendResult;
  appendAsFollower(batches: readonly RecordBatch[], leaderEpoch: number): FollowerAppendResult;

  read(
    fetchOffset: Offset,
    maxBytes: number,
    isolation: FetchIsolation,
    minOneMessage: boolean,
  ): ReadResult;
  /** How far a reader of that isolation may see, with its place, for parked fetches. */
  boundPosition(isolation: FetchIsolation): LogPosition;

  /** Sets it, clamped to log start and log end; it may go back. Returns the value set. */
  updateHighWatermark(offset: Offset): Offset;
  /** A leader's: only forward. Returns the old one if it moved, else -1. */
  incrementHighWatermark(offset: Offset): Offset;

  truncateTo(offset: Offset): boolean;
  truncateFullyAndStartAt(offset: Offset, logStartOffset?: Offset): void;
  /** Moves the log start up; 'OFFSET_OUT_OF_RANGE' above the high watermark. */
  incrementLogStart(offset: Offset): 'moved' | 'unchanged' | 'OFFSET_OUT_OF_RANGE';

  /** -1 if there is none. */
  readonly latestEpoch: number;
  assignEpoch(leaderEpoch: number, startOffset: Offset): void;
  /** null: this log knows nothing of that epoch or a later one. */
  endOffsetFor(leaderEpoch: number): EpochEnd | null;

  /** Times below 0 are Kafka's special ones: -1 latest, -2 earliest, -3 maximum, -4, -5, -6. */
  offsetForTimestamp(timestampMs: number): TimestampedOffset | null;

  hasOngoingTransaction(producerId: number, producerEpoch: number): boolean;
  /** A guard for the append to come, `noGuard` if the transaction is open here already. */
  startVerification(
    producerId: number,
    producerEpoch: number,
    sequence: number,
    supportsEpochBump: boolean,
  ): VerificationGuard | 'INVALID_PRODUCER_EPOCH';

  /** Retention; returns how many segments went. The log start may have moved. */
  deleteOldSegments(): number;
  removeExpiredProducers(): void;

  producers(): ProducerStateView[];
  epochEntries(): readonly EpochEntry[];
  allBatches(): RecordBatch[];
}
