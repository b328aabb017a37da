import { type Offset } from '../../../protocol/record-batch.ts';
import { type LogSegment } from '../log-segment.ts';
import { type PartitionLog } from '../partition-log.ts';

/** What of a log is to be cleaned next (`LogCleanerManager.cleanableOffsets`, `LogToClean`). */
export interface CleanableRange {
  readonly log: PartitionLog;
  /** Up to here it is clean. */
  readonly firstDirtyOffset: Offset;
  /** From here on nothing may be cleaned yet: undecided, too young, or still written to. */
  readonly uncleanableOffset: Offset;
  /** Where the segment begins that holds it: only whole segments are cleaned. */
  readonly firstUncleanableOffset: Offset;
  readonly cleanBytes: number;
  readonly cleanableBytes: number;
  /** What part of all that is dirty; NaN of an empty log. */
  readonly cleanableRatio: number;
  /** Something has been dirty for `max.compaction.lag.ms`. */
  readonly isOverdue: boolean;
  /** The checkpoint was beyond the log, and is to be set to the first dirty offset. */
  readonly isCheckpointInvalid: boolean;
}

/** @param checkpoint Up to where the log was cleaned; undefined if never. */
export function cleanableRange(
  log: PartitionLog,
  checkpoint: Offset | undefined,
  nowMs: number,
): CleanableRange {
  const { logStartOffset, logEndOffset } = log;
  const segments = log.local.segments;
  const known = checkpoint ?? logStartOffset;
  const isCheckpointInvalid = known < logStartOffset || known > logEndOffset;
  const firstDirtyOffset = isCheckpointInvalid ? logStartOffset : known;

  const bound = uncleanableFrom(log, firstDirtyOffset, nowMs);
  const uncleanableOffset = Math.max(firstDirtyOffset, bound);
  const [firstUncleanable = segments.active] = closedSegmentsFrom(log, uncleanableOffset);
  const firstUncleanableOffset = firstUncleanable.baseOffset;
  const dirtyFrom = Math.min(firstDirtyOffset, firstUncleanableOffset);
  const cleanBytes = sizeOf(segments.between(-1, firstDirtyOffset));
  const cleanableBytes = sizeOf(segments.between(dirtyFrom, firstUncleanableOffset));
  return {
    log,
    firstDirtyOffset,
    uncleanableOffset,
    firstUncleanableOffset,
    cleanBytes,
    cleanableBytes,
    cleanableRatio: cleanableBytes / (cleanBytes + cleanableBytes),
    isOverdue: isOverdue(log, firstDirtyOffset, nowMs),
    isCheckpointInvalid,
  };
}

/** What is not decided, the active segment, and what is younger than `min.compaction.lag.ms`. */
function uncleanableFrom(log: PartitionLog, firstDirtyOffset: Offset, nowMs: number): Offset {
  const decidedOffset = log.switches.cleansUndecided ? log.highWatermark : log.lastStableOffset;
  const bound = Math.min(decidedOffset, log.local.segments.active.baseOffset);
  const { minCompactionLagMs } = log.config;
  if (minCompactionLagMs <= 0) return bound;
  const young = closedSegmentsFrom(log, firstDirtyOffset).find(
    ({ largestTimestampMs }) => largestTimestampMs > nowMs - minCompactionLagMs,
  );
  return young === undefined ? bound : Math.min(bound, young.baseOffset);
}

/** `LogCleanerManager.maxCompactionDelay` is above 0. */
function isOverdue(log: PartitionLog, firstDirtyOffset: Offset, nowMs: number): boolean {
  const cleanUntilMs = nowMs - log.config.maxCompactionLagMs;
  return closedSegmentsFrom(log, firstDirtyOffset).some(
    ({ firstTimestampMs }) => firstTimestampMs > 0 && firstTimestampMs < cleanUntilMs,
  );
}

/** Without the active one, from the segment that holds `offset` (`nonActiveLogSegmentsFrom`). */
function closedSegmentsFrom({ local }: PartitionLog, offset: Offset): readonly LogSegment[] {
  const { segments } = local;
  const end = segments.active.baseOffset;
  return offset > end ? [] : segments.between(offset, end);
}

function sizeOf(segments: readonly LogSegment[]): number {
  let size = 0;
  for (const { sizeInBytes } of segments) size += sizeInBytes;
  return size;
}
