import { type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type LocalLog } from './local-log.ts';
import { type LogSegment } from './log-segment.ts';

/** What retention needs of a log. */
export interface RetainedLog {
  readonly config: TopicConfig;
  readonly local: LocalLog;
  readonly logStartOffset: Offset;
  readonly logEndOffset: Offset;
  readonly highWatermark: Offset;
  readonly nowMs: () => number;
  readonly roll: () => LogSegment;
  readonly incrementLogStart: (offset: Offset) => unknown;
  readonly removeSegments: (gone: readonly LogSegment[]) => void;
}

/** Whether a segment may go; `next` is undefined for the active one. */
type IsDeletable = (segment: LogSegment, next: LogSegment | undefined) => boolean;

/**
 * Deletes the oldest segments that lie below the log start, are too much, or too old
 * (`UnifiedLog.deleteOldSegments`): each rule stops at the first segment that may stay. Without the
 * policy `delete` only the log start counts. Returns how many segments went.
 */
export function deleteOldSegments(log: RetainedLog): number {
  let deleted = deleteWhile(log, isBelowLogStart(log));
  if (log.config.isDeleted) {
    deleted += deleteBySize(log);
    deleted += deleteByTime(log);
  }
  return deleted;
}

function isBelowLogStart(log: RetainedLog): IsDeletable {
  return (_, next) => next !== undefined && next.baseOffset <= log.logStartOffset;
}

function deleteBySize(log: RetainedLog): number {
  const { retentionBytes } = log.config;
  let excess = log.local.segments.sizeInBytes - retentionBytes;
  if (retentionBytes < 0 || excess < 0) return 0;
  return deleteWhile(log, ({ sizeInBytes }) => {
    if (excess < sizeInBytes) return false;
    excess -= sizeInBytes;
    return true;
  });
}

function deleteByTime(log: RetainedLog): number {
  const { retentionMs } = log.config;
  if (retentionMs < 0) return 0;
  const nowMs = log.nowMs();
  return deleteWhile(log, ({ largestTimestampMs }) => nowMs - largestTimestampMs > retentionMs);
}

function deleteWhile(log: RetainedLog, isDeletable: IsDeletable): number {
  const chosen = chooseSegments(log, isDeletable);
  const last = chosen.at(-1);
  if (last === undefined) return 0;
  const { segments } = log.local;
  // Everything is to go: the log goes on in a new, empty segment.
  if (chosen.length === segments.all.length) log.roll();
  const firstKept = segments.higher(last.baseOffset);
  if (firstKept !== undefined) log.incrementLogStart(firstKept.baseOffset);
  log.removeSegments(chosen);
  return chosen.length;
}

/** Only what is replicated goes, and an empty active segment never. */
function chooseSegments(log: RetainedLog, isDeletable: IsDeletable): LogSegment[] {
  const { all } = log.local.segments;
  const chosen: LogSegment[] = [];
  for (const [index, segment] of all.entries()) {
    const next = all[index + 1];
    const endOffset = next?.baseOffset ?? log.logEndOffset;
    if (log.highWatermark < endOffset || !isDeletable(segment, next)) break;
    if (next === undefined && segment.sizeInBytes === 0) break;
    chosen.push(segment);
  }
  return chosen;
}
