import { assert } from '../../kernel/assert.ts';
import { type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { type ProducerStateView } from '../../trace.ts';
import {
  type AppendOrigin,
  type AppendResult,
  type FollowerAppendResult,
} from './append-result.ts';
import { appendToFollower } from './follower-append.ts';
import { type EpochEnd, LeaderEpochCache } from './leader-epoch-cache.ts';

import { appendToLeader, notVerified, type Verification } from './leader-append.ts';
import { LocalLog } from './local-log.ts';
import { type LogEnvironment } from './log-environment.ts';
import {
  type AbortedTransactionEntry,
  type EpochEntry,
  leaderEpochCheckpoints,
  partitionMetadata,
} from './log-files.ts';
import { loadLog } from './log-loader.ts';
import { isOffsetOnly, type LogPosition, offsetOnly } from './log-position.ts';
import { type LogSegment } from './log-segment.ts';
import { type LogSwitches } from './log-switches.ts';
import { offsetForTimestamp } from './offset-for-timestamp.ts';
import { rebuildProducerState } from './producer-recovery.ts';
import { ProducerSnapshots } from './producer-snapshots.ts';
import { type ProducerState } from './producer-state.ts';
import {
  type FetchIsolation,
  type ReadResult,
  refusedRead,
  type TimestampedOffset,
} from './read-result.ts';
import { deleteOldSegments } from './retention.ts';
import { type VerificationGuard } from './transaction-verification.ts';

/** How a log is opened. */
export interface OpenLogRequest {
  readonly environment: LogEnvironment;
  /** `orders-0` */
  readonly partition: string;
  /** null: whatever the disk says. */
  readonly topicId: string | null;
  readonly config: TopicConfig;
  readonly switches: LogSwitches;
  readonly settings: ProducerSettings;
  readonly wasClean: boolean;
  readonly logStartOffset: Offset;
  readonly recoveryPoint: Offset;
  readonly files: LogFileOffsets;
}

/** Broker configs that every log needs. */
export interface ProducerSettings {
  /** `producer.id.expiration.ms` */
  readonly producerIdExpirationMs: number;
  /** `transaction.partition.verification.enable` */
  readonly verifiesTransactions: boolean;
}

/** The files of a log on disk, each kind by offset in ascending order. */
export interface LogFileOffsets {
  readonly segments: readonly Offset[];
  readonly transactionIndexes: readonly Offset[];
  readonly snapshots: readonly Offset[];
}

export const noFiles: LogFileOffsets = { segments: [], transactionIndexes: [], snapshots: [] };

/**
 * The log of one partition on one broker (`UnifiedLog`): its batches, the epochs in which they were
 * written, the producers that wrote them, and how far they are replicated and decided.
 *
 * A new or loaded log has its high watermark at its start; the caller sets the checkpointed one.
 * Nothing is done to a disk that fails: appends and reads are then answered KAFKA_STORAGE_ERROR.
 */
export class PartitionLog {
  readonly partition: string;
  readonly topicId: string | null;
  readonly wasClean: boolean;
  /** Where the log ended on disk when it was opened, with what recovery has cut off. */
  readonly endBeforeRecovery: Offset;
  readonly local: LocalLog;
  readonly epochs: LeaderEpochCache;
  readonly producerState: ProducerState;
  readonly switches: LogSwitches;
  readonly settings: ProducerSettings;
  readonly #environment: LogEnvironment;
  #logStartOffset: Offset;
  #highWatermark: LogPosition;
  #firstUnstable: LogPosition | null = null;

  constructor(request: OpenLogRequest) {
    const { environment, partition, config, switches, settings } = request;
    this.partition = partition;
    this.wasClean = request.wasClean;
    this.switches = switches;
    this.settings = settings;
    this.#environment = environment;
    this.topicId = openTopicId(environment, request);
    this.epochs = new LeaderEpochCache(
      environment.disk.cell(leaderEpochCheckpoints, partition),
      (task) => environment.setTimer(0, task),
    );
    const shared = { environment, partition, switches };
    const loaded = loadLog({
      config,
      ...shared,
      segmentOffsets: request.files.segments,
      transactionIndexOffsets: request.files.transactionIndexes,
      wasClean: request.wasClean,
      logStartOffset: request.logStartOffset,
      recoveryPoint: request.recoveryPoint,
      epochs: this.epochs,
      producerOptions: {
        expirationMs: settings.producerIdExpirationMs,
        snapshots: new ProducerSnapshots(environment.disk, partition, request.files.snapshots),
        ...shared,
      },
    });
    const { segments, logEndOffset, recoveryPoint } = loaded;
    const found = { segments, logEndOffset, recoveryPoint };
    this.local = new LocalLog({ partition, environment, config, ...found });
    this.producerState = loaded.producers;
    this.endBeforeRecovery = loaded.endBeforeRecovery;
    this.#logStartOffset = loaded.logStartOffset;
    this.#highWatermark = offsetOnly(loaded.logStartOffset);
    if (this.local.recoveryPoint < loaded.logStartOffset) {
      this.local.recoveryPoint = loaded.logStartOffset;
    }
    this.updateFirstUnstable();
  }

  get config(): TopicConfig {
    return this.local.config;
  }

  get isWritable(): boolean {
    return this.#environment.disk.state === 'ok';
  }

  get logStartOffset(): Offset {
    return this.#logStartOffset;
  }

  get logEndOffset(): Offset {
    return this.local.end.offset;
  }

  get highWatermark(): Offset {
    return this.#highWatermark.offset;
  }

  /** Up to where every transaction is decided and replicated; exclusive. */
  get lastStableOffset(): Offset {
    const unstable = this.#firstUnstable;
    const { offset } = this.#highWatermark;
    return unstable !== null && unstable.offset < offset ? unstable.offset : offset;
  }

  /** Of the first transaction that is open, or whose marker is not yet replicated; -1 if none. */
  get firstUnstableOffset(): Offset {
    return this.#firstUnstable?.offset ?? -1;
  }

  /** Below it everything is on disk for certain. */
  get recoveryPoint(): Offset {
    return this.local.recoveryPoint;
  }

  get sizeInBytes(): number {
    return this.local.segments.sizeInBytes;
  }

  nowMs(): number {
    return this.#environment.wallClockMs();
  }

  updateConfig(config: TopicConfig): void {
    this.local.config = config;
  }

  /** Appends what a client or a coordinator sent: one batch. */
  appendAsLeader(
    batches: readonly RecordBatch[],
    leaderEpoch: number,
    origin: AppendOrigin = 'client',
    verification: Verification = notVerified,
  ): AppendResult {
    return appendToLeader(this, { batches, leaderEpoch, origin, verification });
  }

  /** Appends what the leader of that epoch sent, as it is. */
  appendAsFollower(batches: readonly RecordBatch[], leaderEpoch: number): FollowerAppendResult {
    return appendToFollower(this, batches, leaderEpoch);
  }

  /**
   * Batches from `fetchOffset` on. A high watermark inside a batch falls back to its beginning when
   * it is first read to, as in Kafka (`fetchHighWatermarkMetadata`).
   */
  read(
    fetchOffset: Offset,
    maxBytes: number,
    isolation: FetchIsolation,
    minOneMessage: boolean,
  ): ReadResult {
    if (this.#environment.disk.state === 'failed') return unreadable(fetchOffset);
    if (fetchOffset < this.#logStartOffset) return this.#belowLogStart(fetchOffset);
    const withAborted = isolation === 'lastStable';
    const bound = this.boundPosition(isolation);
    return this.local.read({ fetchOffset, maxBytes, minOneMessage, bound, withAborted });
  }

  /** How far a reader of that isolation may see, with its place, for parked fetches. */
  boundPosition(isolation: FetchIsolation): LogPosition {
    switch (isolation) {
      case 'logEnd':
        return this.local.end;
      case 'highWatermark':
        return this.#highWatermarkPosition();
      case 'lastStable':
        return this.#lastStablePosition();
    }
  }

  /** Sets it, clamped to log start and log end; it may go back. Returns the value set. */
  updateHighWatermark(offset: Offset): Offset {
    if (offset < this.#logStartOffset) this.#setHighWatermark(offsetOnly(this.#logStartOffset));
    else if (offset >= this.logEndOffset) this.#setHighWatermark(this.local.end);
    else this.#setHighWatermark(offsetOnly(offset));
    return this.highWatermark;
  }

  /** A leader's: only forward. Returns the old one if it moved, else -1. */
  incrementHighWatermark(offset: Offset): Offset {
    assert(offset <= this.logEndOffset, 'the high watermark is inside the log');
    const old = this.#highWatermarkPosition();
    const next = offset === this.logEndOffset ? this.local.end : offsetOnly(offset);
    if (offset > old.offset) {
      this.#setHighWatermark(next);
      return old.offset;
    }
    const isOnNewSegment = offset === old.offset && old.segmentBaseOffset < next.segmentBaseOffset;
    if (isOnNewSegment) this.#setHighWatermark(next);
    return isOnNewSegment ? old.offset : -1;
  }

  /**
   * Cuts the log's end. Returns false if it ends there or earlier already. As in Kafka, the first
   * unstable offset may name a transaction that is gone, until the next append or high watermark.
   */
  truncateTo(offset: Offset): boolean {
    assert(offset >= 0, 'truncates to an offset');
    if (offset >= this.logEndOffset) {
      if (!this.switches.epochsKeptAtLogEnd) this.epochs.truncateFromEnd(this.logEndOffset);
      return false;
    }
    if (offset < this.local.segments.first.baseOffset) {
      this.truncateFullyAndStartAt(offset);
      return true;
    }
    this.#deleteSnapshots(this.local.truncateTo(offset));
    this.epochs.truncateFromEnd(offset);
    this.#logStartOffset = Math.min(offset, this.#logStartOffset);
    this.#rebuildProducers(offset);
    if (this.highWatermark >= this.logEndOffset) this.updateHighWatermark(this.logEndOffset);
    return true;
  }

  /** Empties the log and lets it go on at `offset`; high watermark and log start move there. */
  truncateFullyAndStartAt(offset: Offset, logStartOffset: Offset = offset): void {
    this.local.truncateFullyAndStartAt(offset);
    this.epochs.clearAndFlush();
    this.producerState.truncateFullyAndStartAt(offset);
    this.#logStartOffset = logStartOffset;
    this.#rebuildProducers(offset);
    this.updateHighWatermark(offset);
  }

  /** Moves the log start up: DeleteRecords, a leader's log start, retention. */
  incrementLogStart(offset: Offset): 'moved' | 'unchanged' | 'OFFSET_OUT_OF_RANGE' {
    if (offset > this.highWatermark) return 'OFFSET_OUT_OF_RANGE';
    if (offset <= this.#logStartOffset) return 'unchanged';
    this.#logStartOffset = offset;
    if (this.local.recoveryPoint < offset) this.local.recoveryPoint = offset;
    this.epochs.truncateFromStart(offset);
    this.producerState.onLogStartIncremented(offset);
    this.updateFirstUnstable();
    return 'moved';
  }

  /** -1 if there is none. */
  get latestEpoch(): number {
    return this.epochs.latestEpoch;
  }

  /** The epoch begins at this offset; on disk at once. */
  assignEpoch(leaderEpoch: number, startOffset: Offset): void {
    this.epochs.assign(leaderEpoch, startOffset);
  }

  /** null: this log knows nothing of a later epoch than that. */
  endOffsetFor(leaderEpoch: number): EpochEnd | null {
    return this.epochs.endOffsetFor(leaderEpoch, this.logEndOffset);
  }

  /** ListOffsets: -1 latest, -2 earliest, -3 largest timestamp, -4 and -5 tiered; else a time. */
  offsetForTimestamp(timestampMs: number): TimestampedOffset | null {
    return offsetForTimestamp(this, timestampMs);
  }

  hasOngoingTransaction(producerId: number, producerEpoch: number): boolean {
    return this.producerState.hasOngoingTransaction(producerId, producerEpoch);
  }

  /** A guard for the append to come; `noGuard` if the transaction is open here already. */
  startVerification(
    producerId: number,
    producerEpoch: number,
    sequence: number,
    supportsEpochBump: boolean,
  ): VerificationGuard | 'INVALID_PRODUCER_EPOCH' {
    const entry = this.producerState.entry(producerId);
    if (entry !== undefined && producerEpoch < entry.producerEpoch) {
      return 'INVALID_PRODUCER_EPOCH';
    }
    if (this.hasOngoingTransaction(producerId, producerEpoch)) return 0;
    const nowMs = this.nowMs();
    const options = { supportsEpochBump, nowMs };
    return this.producerState.verifications.start(producerId, producerEpoch, sequence, options);
  }

  /** The guard that an append of this producer must have; `noGuard` if none is being verified. */
  verificationGuard(producerId: number): VerificationGuard {
    return this.producerState.verifications.guardOf(producerId);
  }

  /** Aborted transactions whose data lie in the range (`collectAbortedTransactions`). */
  abortedTransactions(startOffset: Offset, upperBound: Offset): AbortedTransactionEntry[] {
    const segment = this.local.segments.floor(startOffset);
    return this.local.collectAborted(segment, this.#logStartOffset, upperBound);
  }

  /** Retention by log start, size and time. Returns how many segments went; the log start moves. */
  deleteOldSegments(): number {
    return deleteOldSegments(this);
  }

  removeExpiredProducers(): void {
    this.producerState.removeExpired(this.nowMs());
  }

  /** Begins a new segment; the old one is made durable by a task of its own. */
  roll(expectedOffset: Offset = 0): LogSegment {
    const segment = this.local.roll(expectedOffset);
    this.producerState.mapEndOffset = segment.baseOffset;
    const snapshotOffset = this.producerState.takeSnapshot();
    this.raiseHighWatermarkAtEnd();
    this.#environment.setTimer(0, {
      taskName: 'flush-log',
      run: () => {
        this.producerState.snapshots.flush(snapshotOffset);
        this.#flushTo(segment.baseOffset, false);
      },
    });
    return segment;
  }

  /** Makes everything durable: `flush.messages`, or the end of the broker. */
  flush(withActiveSegment: boolean): void {
    this.#flushTo(this.logEndOffset, withActiveSegment);
  }

  /** At a clean end of the broker. */
  close(): void {
    this.flush(true);
    this.producerState.takeFlushedSnapshot();
  }

  /** Takes the log off the disk. */
  delete(): void {
    const { disk } = this.#environment;
    this.epochs.close();
    this.local.removeSegments([...this.local.segments.all]);
    this.producerState.snapshots.deleteAll();
    disk.deleteCell(leaderEpochCheckpoints, this.partition);
    disk.deleteCell(partitionMetadata, this.partition);
  }

  /** Takes segments that retention has chosen off the disk; snapshots at their beginnings go too. */
  removeSegments(gone: readonly LogSegment[]): void {
    this.local.removeSegments(gone);
    this.#deleteSnapshots(gone);
  }

  /** A cleaner has read these segments, and puts what is left in their place. */
  replaceSegments(
    replaced: readonly LogSegment[],
    batches: readonly RecordBatch[],
    aborted: readonly AbortedTransactionEntry[],
  ): void {
    this.local.replaceSegments(replaced, batches, aborted);
    this.#deleteSnapshots(replaced.slice(1));
  }

  /** After an append or a roll: the watermark at the log's end stays there, on the new segment. */
  raiseHighWatermarkAtEnd(): void {
    if (this.highWatermark >= this.logEndOffset) this.#setHighWatermark(this.local.end);
  }

  /** The open transactions have changed. */
  updateFirstUnstable(): void {
    const first = this.producerState.transactions.firstUnstable();
    if (first === null || (!isOffsetOnly(first) && first.offset >= this.#logStartOffset)) {
      this.#firstUnstable = first;
      return;
    }
    const offset = Math.max(first.offset, this.#logStartOffset);
    this.#firstUnstable = this.local.positionOf(offset) ?? offsetOnly(offset);
  }

  producers(): ProducerStateView[] {
    return this.producerState.views();
  }

  epochEntries(): readonly EpochEntry[] {
    return this.epochs.entries;
  }

  allBatches(): RecordBatch[] {
    return new Array<RecordBatch>().concat(...this.local.segments.all.map((one) => one.batches));
  }

  #setHighWatermark(position: LogPosition): void {
    this.#highWatermark = position;
    this.producerState.transactions.forgetEndedBelow(position.offset);
    this.updateFirstUnstable();
  }

  #highWatermarkPosition(): LogPosition {
    if (!isOffsetOnly(this.#highWatermark)) return this.#highWatermark;
    const position = this.local.positionOf(this.#highWatermark.offset);
    if (position !== undefined) this.#setHighWatermark(position);
    return this.#highWatermark;
  }

  #lastStablePosition(): LogPosition {
    const highWatermark = this.#highWatermarkPosition();
    const unstable = this.#firstUnstable;
    if (unstable === null || unstable.offset >= highWatermark.offset) return highWatermark;
    if (!isOffsetOnly(unstable)) return unstable;
    const position = this.local.positionOf(unstable.offset) ?? unstable;
    this.#firstUnstable = position;
    return position;
  }

  #flushTo(offset: Offset, withActiveSegment: boolean): void {
    const flushOffset = withActiveSegment ? offset + 1 : offset;
    if (flushOffset <= this.local.recoveryPoint || !this.isWritable) return;
    this.local.flush(flushOffset);
    this.local.markFlushed(offset);
  }

  #rebuildProducers(lastOffset: Offset): void {
    rebuildProducerState(this.producerState, this.local.segments, {
      logStartOffset: this.#logStartOffset,
      lastOffset,
      nowMs: this.nowMs(),
      wasClean: false,
    });
  }

  #deleteSnapshots(segments: readonly LogSegment[]): void {
    for (const { baseOffset } of segments) this.producerState.snapshots.delete(baseOffset);
  }

  #belowLogStart(fetchOffset: Offset): ReadResult {
    return refusedRead(
      'OFFSET_OUT_OF_RANGE',
      `Received request for offset ${fetchOffset} for partition ${this.partition}, but we only ` +
        `have log segments starting from offset: ${this.#logStartOffset}.`,
      offsetOnly(fetchOffset),
    );
  }
}

function unreadable(fetchOffset: Offset): ReadResult {
  const reason = 'The log directory is offline';
  return refusedRead('KAFKA_STORAGE_ERROR', reason, offsetOnly(fetchOffset));
}

/** The topic id of the log's directory, which is written when the log is made. */
function openTopicId(environment: LogEnvironment, request: OpenLogRequest): string | null {
  const { partition, topicId } = request;
  const cell = environment.disk.cell(partitionMetadata, partition);
  if (cell.value !== undefined) {
    assert(topicId === null || topicId === cell.value, 'a log belongs to one topic id');
    return cell.value;
  }
  if (topicId !== null) cell.writeAndFlush(topicId);
  return topicId;
}
