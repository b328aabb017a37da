import { type LogRecord, type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { type LeaderEpochCache } from './leader-epoch-cache.ts';
import { type LocalLog } from './local-log.ts';
import { type LogSegment } from './log-segment.ts';
import { type TimestampedOffset } from './read-result.ts';

/** Kafka's special times in ListOffsets. */
const specialTimestamp = {
  latest: -1,
  earliest: -2,
  maxTimestamp: -3,
  earliestLocal: -4,
  latestTiered: -5,
  earliestPendingUpload: -6,
} as const;

/** What a look-up needs of a log. */
export interface SearchedLog {
  readonly local: LocalLog;
  readonly epochs: LeaderEpochCache;
  readonly logStartOffset: Offset;
  readonly logEndOffset: Offset;
}

/**
 * The first record at or after a time, or what a special time asks for; null if there is none
 * (`UnifiedLog.fetchOffsetByTimestamp`). Nothing is ever tiered here.
 */
export function offsetForTimestamp(
  log: SearchedLog,
  timestampMs: number,
): TimestampedOffset | null {
  const { logEndOffset, logStartOffset, epochs } = log;
  switch (timestampMs) {
    case specialTimestamp.latest:
      return { timestampMs: -1, offset: logEndOffset, leaderEpoch: epochs.latestEpoch };
    case specialTimestamp.earliest:
    case specialTimestamp.earliestLocal:
      return { timestampMs: -1, offset: logStartOffset, leaderEpoch: earliestEpoch(log) };
    case specialTimestamp.latestTiered:
    case specialTimestamp.earliestPendingUpload:
      return { timestampMs: -1, offset: -1, leaderEpoch: -1 };
    case specialTimestamp.maxTimestamp:
      return largestTimestamp(log.local.segments.all);
    default:
      return firstAtOrAfter(log, timestampMs);
  }
}

function earliestEpoch({ epochs, logStartOffset }: SearchedLog): number {
  const first = epochs.entries[0];
  return first !== undefined && first.startOffset <= logStartOffset ? first.leaderEpoch : -1;
}

function largestTimestamp(segments: readonly LogSegment[]): TimestampedOffset | null {
  let segment = segments[0];
  for (const other of segments) {
    if (segment === undefined || other.largest.timestampMs > segment.largest.timestampMs) {
      segment = other;
    }
  }
  if (segment === undefined) return null;
  const { timestampMs, offset } = segment.largest;
  const batch = segment.batches[segment.indexOf(offset)];
  const record = batch?.records.find((r) => timestampOf(batch, r) === timestampMs);
  return batch === undefined || record === undefined ? null : found(batch, record);
}

function firstAtOrAfter(log: SearchedLog, timestampMs: number): TimestampedOffset | null {
  const { logStartOffset } = log;
  const isCandidate = (s: LogSegment) => s.largestTimestampMs >= timestampMs;
  const segment = log.local.segments.all.find(isCandidate);
  if (segment === undefined) return null;
  const { batches } = segment;
  for (
    let index = segment.searchStart(timestampMs, logStartOffset);
    index < batches.length;
    index++
  ) {
    const batch = batches[index];
    if (batch === undefined || batch.maxTimestampMs < timestampMs) continue;
    const record = batch.records.find(
      (r) =>
        timestampOf(batch, r) >= timestampMs && batch.baseOffset + r.offsetDelta >= logStartOffset,
    );
    if (record !== undefined) return found(batch, record);
  }
  return null;
}

function found(batch: RecordBatch, record: LogRecord): TimestampedOffset {
  return {
    timestampMs: timestampOf(batch, record),
    offset: batch.baseOffset + record.offsetDelta,
    leaderEpoch: batch.partitionLeaderEpoch,
  };
}

/** With LogAppendTime every record of a batch has the batch's. */
function timestampOf(batch: RecordBatch, record: LogRecord): number {
  return batch.timestampType === 'LogAppendTime' ? batch.maxTimestampMs : record.timestampMs;
}
