import { type Duration, milliseconds } from '../../../kernel/time.ts';
import { type RecordBatch } from '../../../protocol/record-batch.ts';
import { type Partition } from '../../replica/partition.ts';

/** How fast a log is read, besides the one millisecond that a load takes at least. */
const loadedBytesPerUs = 100;
const shortestLoad = milliseconds(1);
const readBytes = 1_048_576;

/** How long a coordinator takes to read a partition of its topic. */
export function replayTime({ log }: Partition): Duration {
  return shortestLoad + Math.trunc((log?.sizeInBytes ?? 0) / loadedBytesPerUs);
}

/** Reads the log that this broker leads to its end, also what is not committed yet. */
export function replayLog(
  { leaderLog: log }: Partition,
  visit: (batch: RecordBatch) => void,
): void {
  if (log === undefined) return;
  let offset = log.logStartOffset;
  while (offset < log.logEndOffset) {
    const { batches } = log.read(offset, readBytes, 'logEnd', true);
    const last = batches.at(-1);
    if (last === undefined) return;
    for (const batch of batches) visit(batch);
    offset = last.lastOffset + 1;
  }
}
