import { type ErrorName } from '../../protocol/errors.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { type AppendableLog, finishAppend, tooLargeForSegment } from './appendable-log.ts';
import { type AppendOrigin, type AppendResult } from './append-result.ts';
import { assignBatch } from './batch-assignment.ts';
import { checkBeforeLog, validateBatch, type ValidationContext } from './batch-validation.ts';
import { type LogSegment } from './log-segment.ts';
import { type CachedBatch } from './producer-entry.ts';
import { ProducerUpdates } from './producer-updates.ts';
import { type Refusal, refusal } from './refusal.ts';
import { noGuard, type VerificationGuard } from './transaction-verification.ts';

/** Ties an append to its transaction. */
export interface Verification {
  readonly guard: VerificationGuard;
  /** By which version of the transaction protocol a marker is judged; -1 for data. */
  readonly transactionVersion: number;
}

export const notVerified: Verification = { guard: noGuard, transactionVersion: -1 };

const offlineLogDir = refusal('KAFKA_STORAGE_ERROR', 'The log directory is offline');

export interface LeaderAppend {
  readonly batches: readonly RecordBatch[];
  readonly leaderEpoch: number;
  readonly origin: AppendOrigin;
  readonly verification: Verification;
}

/**
 * Appends one batch to a leader's log, with the checks in Kafka's order (`UnifiedLog.append`). A batch
 * that is refused late, or is a duplicate, has still left its leader epoch and may have rolled a segment.
 */
export function appendToLeader(log: AppendableLog, append: LeaderAppend): AppendResult {
  const { batches, origin } = append;
  if (!log.isWritable) return refusedAt(log, offlineLogDir);
  const { partition, config } = log;
  const context: ValidationContext = { partition, config, origin, nowMs: log.nowMs() };
  for (const batch of batches) {
    const refused = checkBeforeLog(batch, context);
    if (refused !== null) return refusedAt(log, refused);
  }
  const [batch] = batches;
  if (batch === undefined) return nothingAppended(log);
  if (batches.length > 1) {
    const problem = 'Compressed outer record has more than one batch';
    return refusedAt(log, refusal('INVALID_RECORD', problem));
  }
  const refused = validateBatch(batch, context);
  if (refused !== null) return refusedAt(log, refused);
  return appendValid(log, append, batch, context);
}

function appendValid(
  log: AppendableLog,
  append: LeaderAppend,
  sent: RecordBatch,
  { config, nowMs }: ValidationContext,
): AppendResult {
  const { leaderEpoch } = append;
  const baseOffset = log.logEndOffset;
  const batch = assignBatch(sent, { baseOffset, leaderEpoch, config, nowMs });
  if (batch.sizeInBytes !== sent.sizeInBytes && batch.sizeInBytes > config.maxMessageBytes) {
    return refusedAt(log, recompressedTooLarge(log, batch));
  }
  log.epochs.assign(leaderEpoch, baseOffset);

  // KAFKA-6683: the producer's state ran ahead of a roll's snapshot, and stayed if the append failed.
  const early = log.switches.producerStateBeforeAppend ? judgeProducer(log, append, batch) : null;
  if (isResult(early)) return early;
  early?.apply();
  const tooLarge = tooLargeForSegment(log, batch.sizeInBytes);
  if (tooLarge !== null) return refusedAt(log, refusal('RECORD_LIST_TOO_LARGE', tooLarge));
  const segment = rolledFor(log, batch);
  const updates = early ?? judgeProducer(log, append, batch);
  if (isResult(updates)) return updates;

  log.local.append([batch], batch.lastOffset);
  finishAppend(log, segment, updates);
  return appended(log, batch);
}

function rolledFor(log: AppendableLog, batch: RecordBatch): LogSegment {
  const { baseOffset, lastOffset, sizeInBytes, maxTimestampMs } = batch;
  if (log.local.shouldRoll(sizeInBytes, lastOffset, maxTimestampMs)) return log.roll(baseOffset);
  return log.local.segments.active;
}

/**
 * What the batch does to its producer; null if it has none; or the answer if it is a duplicate or may
 * not be appended. A duplicate is recognised before anything else is judged.
 */
function judgeProducer(
  log: AppendableLog,
  { origin, verification }: LeaderAppend,
  batch: RecordBatch,
): ProducerUpdates | AppendResult | null {
  if (batch.producerId < 0) return null;
  const { producerState } = log;
  if (origin === 'client') {
    const duplicate = producerState.entry(batch.producerId)?.findDuplicate(batch);
    if (duplicate !== undefined) return duplicateOf(log, duplicate);
  }
  const unverified = batch.isTransactional ? checkVerified(log, batch, verification.guard) : null;
  if (unverified !== null) return refusedAt(log, unverified);

  const kind = { origin, unknownBeginsAtZero: unknownBeginsAtZero(log) };
  const updates = new ProducerUpdates(producerState, kind);
  const refused = updates.append(batch, log.local.end, verification.transactionVersion);
  return refused === null ? updates : refusedAt(log, refused);
}

/** 4.3.1 takes any first sequence (KAFKA-14359). */
function unknownBeginsAtZero(log: AppendableLog): boolean {
  const { switches, logStartOffset, producerState } = log;
  if (switches.firstSequenceMustBeZero && log.logEndOffset === 0) return true;
  return switches.unknownMustBeginAtZero && logStartOffset === 0 && !producerState.hasForgotten;
}

/** The first batch of a transaction here must be known to its coordinator (KIP-890). */
function checkVerified(
  { producerState, settings, switches }: AppendableLog,
  { producerId, producerEpoch, isControl }: RecordBatch,
  guard: VerificationGuard,
): Refusal | null {
  if (producerState.hasOngoingTransaction(producerId, producerEpoch)) return null;
  const lastEpoch = producerState.entry(producerId)?.producerEpoch ?? -1;
  if (producerEpoch < lastEpoch) {
    return refusal(
      'INVALID_PRODUCER_EPOCH',
      `Epoch of producer ${producerId} is ${producerEpoch}, which is smaller than the last seen ` +
        `epoch ${lastEpoch}`,
    );
  }
  if (!settings.verifiesTransactions || isControl) return null;
  const isCurrent = guard === producerState.verifications.guardOf(producerId);
  if (guard !== noGuard && (isCurrent || switches.anyGuard)) return null;
  return refusal('INVALID_TXN_STATE', 'Record was not part of an ongoing transaction');
}

function recompressedTooLarge({ partition, config }: AppendableLog, batch: RecordBatch): Refusal {
  return refusal(
    'MESSAGE_TOO_LARGE',
    `Message batch size is ${batch.sizeInBytes} bytes in append to` +
      `partition ${partition} which exceeds the maximum configured size of ` +
      `${config.maxMessageBytes}.`,
  );
}

function isResult(judged: ProducerUpdates | AppendResult | null): judged is AppendResult {
  return judged !== null && 'isDuplicate' in judged;
}

function appended(log: AppendableLog, batch: RecordBatch): AppendResult {
  return {
    error: 'NONE',
    reason: null,
    errorMessage: null,
    recordErrors: [],
    baseOffset: batch.baseOffset,
    lastOffset: batch.lastOffset,
    logAppendTimeMs: batch.timestampType === 'LogAppendTime' ? batch.maxTimestampMs : -1,
    logStartOffset: log.logStartOffset,
    isDuplicate: false,
    batches: [batch],
  };
}

/** The answer that the first copy got, as far as the cache remembers it. */
function duplicateOf(log: AppendableLog, cached: CachedBatch): AppendResult {
  return {
    error: 'NONE',
    reason: null,
    errorMessage: null,
    recordErrors: [],
    baseOffset: cached.firstOffset,
    lastOffset: cached.lastOffset,
    logAppendTimeMs: cached.timestampMs,
    logStartOffset: log.logStartOffset,
    isDuplicate: true,
    batches: [],
  };
}

function nothingAppended(log: AppendableLog): AppendResult {
  return refused({ error: 'NONE', reason: '', recordErrors: [] }, log.logStartOffset);
}

/** Errors that Kafka's replica manager knows; it does not look at the log to answer them. */
const answeredWithoutLogStart: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'CORRUPT_MESSAGE',
  'KAFKA_STORAGE_ERROR',
]);

function refusedAt(log: AppendableLog, reason: Refusal): AppendResult {
  return refused(reason, answeredWithoutLogStart.has(reason.error) ? -1 : log.logStartOffset);
}

function refused({ error, reason, recordErrors }: Refusal, logStartOffset: Offset): AppendResult {
  return {
    error,
    reason,
    errorMessage: recordErrors.length > 0 ? reason : null,
    recordErrors,
    baseOffset: -1,
    lastOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset,
    isDuplicate: false,
    batches: [],
  };
}
