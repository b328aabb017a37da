import { type RecordBatch } from '../../protocol/record-batch.ts';
import { type AppendableLog, finishAppend, tooLargeForSegment } from './appendable-log.ts';
import { type FollowerAppendError, type FollowerAppendResult } from './append-result.ts';
import { type LogSegment } from './log-segment.ts';
import { offsetOnly } from './log-position.ts';
import { ProducerUpdates } from './producer-updates.ts';

/** What a fetch has brought and this follower may take. */
interface Fetched {
  readonly batches: readonly RecordBatch[];
  readonly sizeInBytes: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly maxTimestampMs: number;
}

const nothingFetched: Fetched = {
  batches: [],
  sizeInBytes: 0,
  firstOffset: -1,
  lastOffset: -1,
  maxTimestampMs: -1,
};

/**
 * Appends what a leader sent, as it is. Batches of a later epoch than the follower's, and all behind
 * the first such, are left out (KAFKA-18723).
 */
export function appendToFollower(
  log: AppendableLog,
  sent: readonly RecordBatch[],
  leaderEpoch: number,
): FollowerAppendResult {
  if (!log.isWritable) {
    return failed(nothingFetched, 'KAFKA_STORAGE_ERROR', 'The log directory is offline');
  }
  const fetched = takeUpToEpoch(sent, leaderEpoch);
  const [first] = fetched.batches;
  if (first === undefined) return appended(nothingFetched);
  const problem = checkFetched(log, sent, fetched);
  if (problem !== null) return problem;

  for (const { partitionLeaderEpoch, baseOffset } of fetched.batches) {
    log.epochs.assign(partitionLeaderEpoch, baseOffset);
  }
  const tooLarge = tooLargeForSegment(log, fetched.sizeInBytes);
  if (tooLarge !== null) return failed(fetched, 'RECORD_LIST_TOO_LARGE', tooLarge);
  const segment = rolledFor(log, fetched);
  const updates = log.switches.noProducerStateOnFollower
    ? transactionsOf(log, fetched.batches)
    : producersOf(log, fetched.batches);
  if (updates instanceof ProducerUpdates || updates === null) {
    log.local.append(fetched.batches, fetched.lastOffset);
    finishAppend(log, segment, updates);
    return appended(fetched);
  }
  return failed(fetched, updates.error, updates.reason);
}

function takeUpToEpoch(sent: readonly RecordBatch[], leaderEpoch: number): Fetched {
  let sizeInBytes = 0;
  let maxTimestampMs = -1;
  let count = 0;
  for (const batch of sent) {
    if (batch.partitionLeaderEpoch > leaderEpoch) break;
    sizeInBytes += batch.sizeInBytes;
    if (batch.maxTimestampMs > maxTimestampMs) maxTimestampMs = batch.maxTimestampMs;
    count++;
  }
  const [first, last] = [sent[0], sent[count - 1]];
  if (first === undefined || last === undefined) return nothingFetched;
  return {
    batches: count === sent.length ? sent : sent.slice(0, count),
    sizeInBytes,
    firstOffset: first.baseOffset,
    lastOffset: last.lastOffset,
    maxTimestampMs,
  };
}

function checkFetched(
  log: AppendableLog,
  sent: readonly RecordBatch[],
  fetched: Fetched,
): FollowerAppendResult | null {
  let lastOffset = -1;
  let isAscending = true;
  for (const batch of fetched.batches) {
    if (lastOffset >= batch.lastOffset) isAscending = false;
    lastOffset = batch.lastOffset;
    if (!batch.isIntact) {
      const reason = `Record is corrupt in topic partition ${log.partition}.`;
      return failed(fetched, 'CORRUPT_MESSAGE', reason);
    }
  }
  if (!isAscending) {
    const offsets = recordOffsets(fetched.batches).join(',');
    const reason = `Out of order offsets found in append to ${log.partition}: ${offsets}`;
    return failed(fetched, 'OFFSETS_OUT_OF_ORDER', reason);
  }
  if (fetched.firstOffset >= log.logEndOffset) return null;
  return failed(fetched, 'UNEXPECTED_OFFSET', unexpectedOffset(log, sent, fetched));
}

/** Kafka's words name the offsets of all that was sent, also of what is left out. */
function unexpectedOffset(
  log: AppendableLog,
  sent: readonly RecordBatch[],
  { firstOffset, lastOffset }: Fetched,
): string {
  const firstOffsets = recordOffsets(sent).slice(0, 10).join(', ');
  return (
    `Unexpected offset in append to ${log.partition}. First offset ${firstOffset} is less than ` +
    `the next offset ${log.logEndOffset}. First 10 offsets in append: ${firstOffsets}, last ` +
    `offset in append: ${lastOffset}. Log start offset = ${log.logStartOffset}`
  );
}

function recordOffsets(batches: readonly RecordBatch[]): number[] {
  return batches.flatMap(({ baseOffset, records }) =>
    records.map(({ offsetDelta }) => baseOffset + offsetDelta),
  );
}

function rolledFor(log: AppendableLog, fetched: Fetched): LogSegment {
  const { sizeInBytes, lastOffset, maxTimestampMs, firstOffset } = fetched;
  if (log.local.shouldRoll(sizeInBytes, lastOffset, maxTimestampMs)) return log.roll(firstOffset);
  return log.local.segments.active;
}

function producersOf(log: AppendableLog, batches: readonly RecordBatch[]) {
  const { segmentBaseOffset, bytesInSegment } = log.local.end;
  let updates: ProducerUpdates | null = null;
  let position = bytesInSegment;
  for (const batch of batches) {
    if (batch.producerId >= 0) {
      updates ??= new ProducerUpdates(log.producerState);
      const first = batch.isTransactional
        ? { offset: batch.baseOffset, segmentBaseOffset, bytesInSegment: position }
        : offsetOnly(batch.baseOffset);
      const refused = updates.append(batch, first, -1);
      if (refused !== null) return refused;
    }
    position += batch.sizeInBytes;
  }
  return updates;
}

/** With `idem.rebuildOnFollower` off: sequences are not followed, transactions are. */
function transactionsOf(log: AppendableLog, batches: readonly RecordBatch[]) {
  return producersOf(
    log,
    batches.filter(({ isTransactional }) => isTransactional),
  );
}

function appended(fetched: Fetched): FollowerAppendResult {
  const { batches, firstOffset, lastOffset, sizeInBytes } = fetched;
  const lastLeaderEpoch = batches.at(-1)?.partitionLeaderEpoch ?? -1;
  const error = 'NONE';
  const reason = null;
  return { error, reason, firstOffset, lastOffset, lastLeaderEpoch, sizeInBytes, batches };
}

function failed(
  { firstOffset, lastOffset }: Fetched,
  error: FollowerAppendError,
  reason: string,
): FollowerAppendResult {
  const nothing = { lastLeaderEpoch: -1, sizeInBytes: 0, batches: [] };
  return { error, reason, firstOffset, lastOffset, ...nothing };
}
