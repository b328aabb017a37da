import { type Offset, type RecordBatch } from '../../../protocol/record-batch.ts';
import { type LogSegment } from '../log-segment.ts';
import { type PartitionLog } from '../partition-log.ts';
import { BatchFilter } from './batch-filter.ts';
import { type CleanableRange } from './cleanable-range.ts';
import { latestOffsets } from './latest-offsets.ts';
import { TransactionRemains } from './transaction-remains.ts';

/** The farthest that an index entry of a segment can point. */
const maxOffsetDelta = 2_147_483_647;

/**
 * Compacts a log: of each key in the dirty part only the last record stays, also in the clean part.
 * Small segments are put together. Returns up to where the log is clean now (`Cleaner.doClean`).
 *
 * Simplified: it takes no time, and reads whole segments.
 * @param maxKeys How many keys there is room for; the rest is left for the next time.
 */
export function cleanLog(range: CleanableRange, nowMs: number, maxKeys: number): Offset {
  const { log, firstUncleanableOffset } = range;
  const latest = latestOffsets(range, maxKeys);
  const endOffset = latest.upTo + 1;
  const transactions = new TransactionRemains();
  const { producerState, config } = log;
  const filter = new BatchFilter({
    latest,
    transactions,
    producer: (producerId) => producerState.entry(producerId),
    deleteRetentionMs: config.deleteRetentionMs,
    endOffset: firstUncleanableOffset,
    nowMs,
  });
  for (const group of groupBySize(log, endOffset, firstUncleanableOffset)) {
    cleanSegments(log, group, { transactions, filter });
  }
  return endOffset;
}

function cleanSegments(
  log: PartitionLog,
  group: readonly LogSegment[],
  { transactions, filter }: { transactions: TransactionRemains; filter: BatchFilter },
): void {
  const left: RecordBatch[] = [];
  transactions.kept = [];
  for (const [index, segment] of group.entries()) {
    const end = group[index + 1]?.baseOffset ?? segment.nextOffset;
    transactions.add(log.abortedTransactions(segment.baseOffset, end));
    for (const batch of segment.batches) {
      const filtered = filter.filter(batch);
      if (filtered !== undefined) left.push(filtered);
    }
  }
  log.replaceSegments(group, left, transactions.kept);
}

/** Neighbours that fit into one segment together (`Cleaner.groupSegmentsBySize`). */
function groupBySize(
  { local, config }: PartitionLog,
  endOffset: Offset,
  firstUncleanableOffset: Offset,
): readonly (readonly LogSegment[])[] {
  const groups: LogSegment[][] = [];
  const segments = local.segments.between(0, endOffset);
  let size = 0;
  let offsetIndexBytes = 0;
  let timeIndexBytes = 0;
  for (const [index, segment] of segments.entries()) {
    const nextBase = segments[index + 1]?.baseOffset ?? firstUncleanableOffset;
    const group = groups.at(-1);
    const [first] = group ?? [];
    size += segment.sizeInBytes;
    offsetIndexBytes += segment.offsetIndexBytes;
    timeIndexBytes += segment.timeIndexBytes;
    const isNear =
      first !== undefined &&
      (segment.sizeInBytes === 0 || nextBase - 1 - first.baseOffset <= maxOffsetDelta);
    const fits =
      size <= config.segmentBytes &&
      offsetIndexBytes <= config.segmentIndexBytes &&
      timeIndexBytes <= config.segmentIndexBytes;
    if (group !== undefined && isNear && fits) {
      group.push(segment);
      continue;
    }
    groups.push([segment]);
    size = segment.sizeInBytes;
    ({ offsetIndexBytes, timeIndexBytes } = segment);
  }
  return groups;
}
