import { type Offset } from '../../protocol/record-batch.ts';
import { type LogSegments } from './log-segments.ts';
import { type ProducerState } from './producer-state.ts';
import { ProducerUpdates } from './producer-updates.ts';

export interface ProducerRecovery {
  readonly logStartOffset: Offset;
  /** Up to where the state is to be known; exclusive. */
  readonly lastOffset: Offset;
  readonly nowMs: number;
  readonly wasClean: boolean;
}

/**
 * Makes the producer state match the log up to `lastOffset`: from the latest snapshot inside it, then
 * from the batches after that (`UnifiedLog.rebuildProducerState`).
 */
export function rebuildProducerState(
  state: ProducerState,
  segments: LogSegments,
  { logStartOffset, lastOffset, nowMs, wasClean }: ProducerRecovery,
): void {
  const offsetsToSnapshot = snapshotOffsets(segments, lastOffset);
  if (wasClean && state.snapshots.latest === undefined) {
    // No producer has ever written here: nothing needs to be read.
    for (const offset of offsetsToSnapshot) {
      state.mapEndOffset = offset;
      state.takeFlushedSnapshot();
    }
    return;
  }
  const wasEmpty = state.isEmpty && state.mapEndOffset >= lastOffset;
  state.truncateAndReload(logStartOffset, lastOffset, nowMs);
  if (lastOffset > state.mapEndOffset && !wasEmpty) {
    for (const segment of segments.between(state.mapEndOffset, lastOffset)) {
      const start = Math.max(segment.baseOffset, state.mapEndOffset, logStartOffset);
      state.mapEndOffset = start;
      if (offsetsToSnapshot.includes(segment.baseOffset)) state.takeFlushedSnapshot();
      replayBatches(state, segment.batches, { start, end: lastOffset });
    }
  }
  state.mapEndOffset = lastOffset;
  state.takeFlushedSnapshot();
}

/** The last two segments' beginnings, so that a cut in them finds a snapshot, and the end. */
function snapshotOffsets(segments: LogSegments, lastOffset: Offset): Offset[] {
  const last = segments.all.at(-1);
  if (last === undefined) return [lastOffset];
  const before = segments.lower(last.baseOffset);
  const starts = before === undefined ? [] : [before.baseOffset];
  return [...starts, last.baseOffset, lastOffset];
}

function replayBatches(
  state: ProducerState,
  batches: LogSegments['active']['batches'],
  { start, end }: { readonly start: Offset; readonly end: Offset },
): void {
  const updates = new ProducerUpdates(state);
  for (const batch of batches) {
    if (batch.lastOffset >= end) break;
    if (batch.lastOffset >= start && batch.producerId >= 0) updates.replay(batch);
  }
  updates.apply();
  for (const transaction of updates.completed) state.transactions.complete(transaction);
}
