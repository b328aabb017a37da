import { type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { type LeaderEpochCache } from './leader-epoch-cache.ts';
import { openSegment } from './local-log.ts';
import { type LogEnvironment } from './log-environment.ts';
import { type LogSegment } from './log-segment.ts';
import { LogSegments } from './log-segments.ts';
import { type LogSwitches } from './log-switches.ts';
import { rebuildProducerState } from './producer-recovery.ts';
import { ProducerState, type ProducerStateOptions } from './producer-state.ts';
import { ProducerUpdates } from './producer-updates.ts';

/** What is on disk of a log, and what the broker's checkpoints say of it. */
export interface LoadRequest {
  readonly environment: LogEnvironment;
  readonly partition: string;
  readonly config: TopicConfig;
  readonly switches: LogSwitches;
  /** Base offsets of the segments on disk, ascending; none for a new log. */
  readonly segmentOffsets: readonly Offset[];
  /** Base offsets of the segments that have a transaction index. */
  readonly transactionIndexOffsets: readonly Offset[];
  /** The last life of the broker ended in good order, or the log is new. */
  readonly wasClean: boolean;
  readonly logStartOffset: Offset;
  readonly recoveryPoint: Offset;
  readonly epochs: LeaderEpochCache;
  readonly producerOptions: ProducerStateOptions;
}

export interface LoadedOffsets {
  readonly segments: LogSegments;
  readonly producers: ProducerState;
  readonly logStartOffset: Offset;
  readonly logEndOffset: Offset;
  readonly recoveryPoint: Offset;
  /** Where the log ended on disk, with what recovery has cut off. */
  readonly endBeforeRecovery: Offset;
}

/**
 * Opens a log as `LogLoader` does. After an unclean end every segment from the recovery point on is
 * read: at the first damaged batch the log is cut, whatever lies behind it.
 */
export function loadLog(request: LoadRequest): LoadedOffsets {
  const { environment, partition, config, wasClean, epochs } = request;
  const segments = new LogSegments();
  for (const baseOffset of request.segmentOffsets) {
    const hasTransactionIndex = request.transactionIndexOffsets.includes(baseOffset);
    segments.add(openSegment(environment, partition, { baseOffset, config, hasTransactionIndex }));
  }
  const endBeforeRecovery = segments.all.at(-1)?.nextOffset ?? request.logStartOffset;
  if (!wasClean) recoverSegments(request, segments);
  dropIfBelowLogStart(request, segments);
  const isNew = segments.all.length === 0;
  if (isNew) {
    const baseOffset = request.logStartOffset;
    segments.add(openSegment(environment, partition, { baseOffset, config }));
  }

  const logEndOffset = segments.active.nextOffset;
  const logStartOffset = Math.max(request.logStartOffset, segments.first.baseOffset);
  epochs.truncateFromEnd(logEndOffset);
  epochs.truncateFromStart(request.logStartOffset);
  const producers = new ProducerState(request.producerOptions);
  producers.snapshots.deleteStrays(segments.all.map(({ baseOffset }) => baseOffset));
  rebuildProducerState(producers, segments, {
    logStartOffset,
    lastOffset: logEndOffset,
    nowMs: environment.wallClockMs(),
    wasClean,
  });
  const recoveryPoint =
    wasClean && !isNew ? logEndOffset : Math.min(request.recoveryPoint, logEndOffset);
  return {
    segments,
    producers,
    logStartOffset,
    logEndOffset,
    recoveryPoint,
    endBeforeRecovery,
  };
}

function recoverSegments(request: LoadRequest, segments: LogSegments): void {
  const unflushed = segments.between(request.recoveryPoint, Number.MAX_SAFE_INTEGER);
  for (const [index, segment] of unflushed.entries()) {
    if (!recoverSegment(request, segments, segment)) continue;
    for (const behind of unflushed.slice(index + 1)) removeSegment(request, segments, behind);
    return;
  }
}

/** Returns whether the segment had to be cut (`LogSegment.recover`). */
function recoverSegment(request: LoadRequest, segments: LogSegments, segment: LogSegment): boolean {
  const nowMs = request.environment.wallClockMs();
  const producers = new ProducerState(request.producerOptions);
  rebuildProducerState(producers, segments, {
    logStartOffset: request.logStartOffset,
    lastOffset: segment.baseOffset,
    nowMs,
    wasClean: false,
  });
  segment.resetTransactionIndex();
  let intact = 0;
  for (const batch of segment.batches) {
    if (!batch.isIntact || !segment.canHold(batch.lastOffset)) break;
    recoverEpoch(request, batch);
    recoverProducer(producers, segment, batch);
    intact++;
  }
  const isCut = intact < segment.batches.length;
  if (isCut) segment.cutDamaged(intact, nowMs);
  producers.takeFlushedSnapshot();
  return isCut;
}

function recoverEpoch({ epochs, switches }: LoadRequest, batch: RecordBatch): void {
  const { partitionLeaderEpoch, baseOffset } = batch;
  if (switches.epochZeroNotRecovered && partitionLeaderEpoch === 0) return;
  if (partitionLeaderEpoch > epochs.latestEpoch) epochs.assign(partitionLeaderEpoch, baseOffset);
}

function recoverProducer(producers: ProducerState, segment: LogSegment, batch: RecordBatch): void {
  if (batch.producerId >= 0) {
    const updates = new ProducerUpdates(producers);
    updates.replay(batch);
    updates.apply();
    for (const transaction of updates.completed) {
      const stableOffset = producers.transactions.lastStableOffsetAfter(transaction);
      if (transaction.isAborted) segment.addAborted(transaction, stableOffset);
      producers.transactions.complete(transaction);
    }
  }
  producers.mapEndOffset = batch.lastOffset + 1;
}

/** Segments were lost below the checkpointed log start: what is left is of no use. */
function dropIfBelowLogStart(request: LoadRequest, segments: LogSegments): void {
  if (segments.all.length === 0) return;
  if (segments.active.nextOffset >= request.logStartOffset) return;
  for (const segment of [...segments.all]) removeSegment(request, segments, segment);
  request.epochs.clearAndFlush();
  new ProducerState(request.producerOptions).truncateFullyAndStartAt(request.logStartOffset);
}

function removeSegment(request: LoadRequest, segments: LogSegments, segment: LogSegment): void {
  segments.remove(segment);
  segment.delete();
  request.producerOptions.snapshots.delete(segment.baseOffset);
}
