import { type AppendResult, type AppendOrigin } from '../log/append-result.ts';
import { type RecordBatch } from '../../protocol/record-batch.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type Verification } from '../log/leader-append.ts';
import { advanceHighWatermark } from './high-watermark.ts';
import { type Partition } from './partition.ts';
import { type PurgatoryChecks } from './purgatory-checks.ts';

/** How something is appended. */
export interface AppendTerms {
  readonly acks: number;
  readonly origin: AppendOrigin;
  readonly verification: Verification;
}

/**
 * Appends what a client or coordinator sends to the partition that this broker leads. What waits for
 * the records is looked at when the request has been handled (`Partition.appendRecordsToLeader`).
 */
export function appendToLeader(
  partition: Partition,
  batches: readonly RecordBatch[],
  { acks, origin, verification }: AppendTerms,
  checks: PurgatoryChecks,
): AppendResult {
  const { host, leaderLog: log } = partition;
  if (log === undefined) return refused('NOT_LEADER_OR_FOLLOWER', -1);
  // The committed ISR: a replica that is only about to join does not make a write safe.
  if (acks === -1 && partition.isr.isr.length < partition.minIsr(log)) {
    return refused('NOT_ENOUGH_REPLICAS', log.logStartOffset);
  }
  const result = log.appendAsLeader(batches, partition.leaderEpoch, origin, verification);
  if (result.error !== 'NONE') {
    if (result.error === 'KAFKA_STORAGE_ERROR') host.storageFailed();
    return result;
  }
  for (const batch of result.batches) {
    host.record({
      kind: 'batchAppended',
      partition: partition.name,
      broker: host.brokerId,
      asLeader: true,
      leaderEpoch: partition.leaderEpoch,
      batch,
    });
  }
  checks.add(partition, advanceHighWatermark(partition, log, host.wallClockMs()));
  return result;
}

/** What is answered where the log was not asked. */
export function refused(error: ErrorName, logStartOffset: number): AppendResult {
  return {
    error,
    reason: null,
    errorMessage: null,
    recordErrors: [],
    baseOffset: -1,
    lastOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset,
    isDuplicate: false,
    batches: [],
  };
}
