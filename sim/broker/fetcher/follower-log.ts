import { type RecordBatch } from '../../protocol/record-batch.ts';
import { type FactOf } from '../../trace.ts';
import { type FollowerAppendResult } from '../log/append-result.ts';
import { type LogManager } from '../log/log-manager.ts';
import { type PartitionLog } from '../log/partition-log.ts';
import { type Partition } from '../replica/partition.ts';

/** Appends what the leader has sent, and tells the trace (`Partition.appendRecordsToFollower…`). */
export function appendAsFollower(
  partition: Partition,
  log: PartitionLog,
  logs: LogManager,
  batches: readonly RecordBatch[],
  leaderEpoch: number,
): FollowerAppendResult {
  let result = log.appendAsFollower(batches, leaderEpoch);
  const isEmpty = log.logEndOffset === log.logStartOffset;
  const straddlesStart =
    result.firstOffset < log.logEndOffset && result.lastOffset >= log.logEndOffset;
  if (result.error === 'UNEXPECTED_OFFSET' && isEmpty && straddlesStart) {
    // The leader's log starts in the middle of a batch: an empty log begins with that batch.
    truncateFully(partition, log, logs, result.firstOffset);
    result = log.appendAsFollower(batches, leaderEpoch);
  }
  for (const batch of result.batches) {
    partition.host.record({
      kind: 'batchAppended',
      partition: partition.name,
      broker: partition.host.brokerId,
      asLeader: false,
      leaderEpoch,
      batch,
    });
  }
  return result;
}

/** Takes over the leader's high watermark, which may lie behind the own. @returns Whether it moved. */
export function followHighWatermark(
  partition: Partition,
  log: PartitionLog,
  highWatermark: number,
): boolean {
  const from = log.highWatermark;
  return recordHighWatermark(partition, from, log.updateHighWatermark(highWatermark));
}

/** Cuts the log; its high watermark comes down with its end. */
export function truncate(
  partition: Partition,
  log: PartitionLog,
  logs: LogManager,
  offset: number,
  why: FactOf<'logTruncated'>['why'],
): void {
  const { logEndOffset: from, highWatermark } = log;
  logs.truncateTo(partition.name, offset);
  recordTruncation(partition, from, log.logEndOffset, why);
  recordHighWatermark(partition, highWatermark, log.highWatermark);
}

/** Drops everything and begins at `offset`. */
export function truncateFully(
  partition: Partition,
  log: PartitionLog,
  logs: LogManager,
  offset: number,
): void {
  const { logEndOffset: from, highWatermark, logStartOffset } = log;
  logs.truncateFullyAndStartAt(partition.name, offset);
  recordTruncation(partition, from, offset, 'fully');
  recordHighWatermark(partition, highWatermark, log.highWatermark);
  if (log.logStartOffset !== logStartOffset) {
    recordLogStart(partition, log.logStartOffset, 'leader');
  }
}

export function recordLogStart(
  partition: Partition,
  to: number,
  why: FactOf<'logStartMoved'>['why'],
): void {
  const { host, name } = partition;
  host.record({ kind: 'logStartMoved', partition: name, broker: host.brokerId, to, why });
}

function recordTruncation(
  partition: Partition,
  from: number,
  to: number,
  why: FactOf<'logTruncated'>['why'],
): void {
  const { host, name } = partition;
  if (from === to) return;
  host.record({ kind: 'logTruncated', partition: name, broker: host.brokerId, from, to, why });
}

function recordHighWatermark(partition: Partition, from: number, to: number): boolean {
  if (from === to) return false;
  const { host, name, leaderEpoch } = partition;
  host.record({
    kind: 'highWatermarkMoved',
    partition: name,
    broker: host.brokerId,
    isLeader: false,
    leaderEpoch,
    from,
    to,
  });
  return true;
}
