import { type TransactionState } from './transaction-state.ts';
import {
  supportsEpochBump,
  type TransactionPartitions,
  type TransactionTransit,
} from './transaction-transit.ts';

/**
 * Why a change may not take effect although its record is committed: undefined if it may
 * (`TransactionMetadata.completeTransitionTo`).
 */
export function transitProblem(
  now: TransactionTransit,
  pendingState: TransactionState | undefined,
  next: TransactionTransit,
): string | undefined {
  if (pendingState === undefined) return 'no change is pending';
  if (next.state !== pendingState) return `${next.state} is not the pending ${pendingState}`;
  return isValid(now, next) ? undefined : `${next.state} does not follow from ${now.state}`;
}

function isValid(now: TransactionTransit, next: TransactionTransit): boolean {
  switch (next.state) {
    case 'EMPTY':
      return isNewEpoch(now, next);
    case 'ONGOING':
    case 'PREPARE_COMMIT':
    case 'PREPARE_ABORT':
    case 'COMPLETE_COMMIT':
    case 'COMPLETE_ABORT':
      return (
        isValidProducer(now, next) &&
        next.timeoutMs === now.timeoutMs &&
        isSameTransaction(now, next)
      );
    // The one is never written, the other only as a tombstone.
    case 'PREPARE_EPOCH_FENCE':
    case 'DEAD':
      return false;
  }
}

function isNewEpoch(now: TransactionTransit, next: TransactionTransit): boolean {
  if (next.partitions.size > 0 || next.startTimestampMs !== -1) return false;
  return next.producerEpoch === now.producerEpoch || isEpochBump(now, next);
}

function isSameTransaction(now: TransactionTransit, next: TransactionTransit): boolean {
  switch (next.state) {
    case 'PREPARE_COMMIT':
    case 'PREPARE_ABORT': {
      const isSameStart = next.startTimestampMs === now.startTimestampMs;
      const isSameSize = next.partitions.size === now.partitions.size;
      if (!isSameSize || !containsAll(next.partitions, now.partitions)) return false;
      return isSameStart || isAbortOfNothing(now, next);
    }
    case 'ONGOING':
      return containsAll(next.partitions, now.partitions);
    default:
      return next.startTimestampMs !== -1;
  }
}

function isEpochBump(now: TransactionTransit, next: TransactionTransit): boolean {
  if (next.producerEpoch === now.producerEpoch + 1) return true;
  return next.producerEpoch === 0 && next.producerId !== now.producerId;
}

function isAbortOfNothing(now: TransactionTransit, next: TransactionTransit): boolean {
  if (next.state !== 'PREPARE_ABORT' || !supportsEpochBump(next.clientVersion)) return false;
  return now.state === 'EMPTY' || now.state === 'COMPLETE_COMMIT' || now.state === 'COMPLETE_ABORT';
}

function isValidProducer(now: TransactionTransit, next: TransactionTransit): boolean {
  const bumps = supportsEpochBump(next.clientVersion);
  const isComplete = next.state === 'COMPLETE_COMMIT' || next.state === 'COMPLETE_ABORT';
  if (bumps && isComplete && next.producerEpoch === 0) {
    return (
      next.lastProducerEpoch === now.lastProducerEpoch && next.prevProducerId === now.producerId
    );
  }
  const isPrepared = next.state === 'PREPARE_COMMIT' || next.state === 'PREPARE_ABORT';
  const epochBefore = bumps && isPrepared ? next.lastProducerEpoch : next.producerEpoch;
  return epochBefore === now.producerEpoch && next.producerId === now.producerId;
}

function containsAll(partitions: TransactionPartitions, others: TransactionPartitions): boolean {
  for (const name of others.keys()) if (!partitions.has(name)) return false;
  return true;
}
