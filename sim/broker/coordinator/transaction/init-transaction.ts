import { type ProducerIds } from '../../handlers/producer-ids.ts';
import {
  isEpochExhausted,
  noProducerEpoch,
  noProducerId,
  TransactionMetadata,
} from './transaction-metadata.ts';
import { type Decision, decisionOf, noPartitions } from './transaction-transit.ts';

/** What a producer was before it asks for an id again (KIP-360). */
export interface ExpectedProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
}

export interface InitTransaction {
  readonly timeoutMs: number;
  /** Undefined: the producer is new, and fences whoever had the transactional id before. */
  readonly expected: ExpectedProducer | undefined;
  readonly nowMs: number;
}

/** A transactional id that nobody has used: its first record is still to be written. */
export function newTransaction(
  transactionalId: string,
  producerId: number,
  { timeoutMs, nowMs }: InitTransaction,
): TransactionMetadata {
  return new TransactionMetadata(transactionalId, {
    state: 'EMPTY',
    producerId,
    prevProducerId: noProducerId,
    nextProducerId: noProducerId,
    producerEpoch: noProducerEpoch,
    lastProducerEpoch: noProducerEpoch,
    timeoutMs,
    partitions: noPartitions,
    startTimestampMs: -1,
    lastUpdateTimestampMs: nowMs,
    clientVersion: 0,
    txnUid: -1,
  });
}

/**
 * What InitProducerId does to a transactional id (`TransactionCoordinator.prepareInitProducerIdTransit`).
 * PREPARE_EPOCH_FENCE: the transaction that is open must be aborted first.
 */
export function decideInit(
  metadata: TransactionMetadata,
  init: InitTransaction,
  producerIds: ProducerIds,
): Decision {
  const { expected } = init;
  if (metadata.pendingState !== undefined) return 'CONCURRENT_TRANSACTIONS';
  if (expected !== undefined && !isKnownProducer(metadata, expected)) return 'PRODUCER_FENCED';
  switch (metadata.state) {
    case 'PREPARE_ABORT':
    case 'PREPARE_COMMIT':
      return 'CONCURRENT_TRANSACTIONS';
    case 'ONGOING':
      return decisionOf(metadata.prepareFenceEpoch());
    case 'COMPLETE_ABORT':
    case 'COMPLETE_COMMIT':
    case 'EMPTY':
      return decideNext(metadata, init, producerIds);
    // Neither is ever more than pending.
    case 'DEAD':
    case 'PREPARE_EPOCH_FENCE':
      return 'UNKNOWN_SERVER_ERROR';
  }
}

/** The next epoch, or another id if the epochs are used up. */
function decideNext(
  metadata: TransactionMetadata,
  { timeoutMs, expected, nowMs }: InitTransaction,
  producerIds: ProducerIds,
): Decision {
  const expectedEpoch = expected?.producerEpoch;
  const isCurrent = expectedEpoch === undefined || expectedEpoch === metadata.producerEpoch;
  if (!metadata.isEpochExhausted || !isCurrent) {
    return decisionOf(metadata.prepareIncrementEpoch({ timeoutMs, expectedEpoch, nowMs }));
  }
  const producerId = producerIds.next();
  if (producerId === undefined) return 'COORDINATOR_LOAD_IN_PROGRESS';
  const recordLastEpoch = expected !== undefined;
  return decisionOf(metadata.prepareRotation({ producerId, timeoutMs, recordLastEpoch, nowMs }));
}

/** The current producer, one of which nothing is written, or the last one whose epochs were used up. */
function isKnownProducer(metadata: TransactionMetadata, expected: ExpectedProducer): boolean {
  const { producerId, producerEpoch, prevProducerId } = metadata.now;
  if (producerEpoch === noProducerEpoch || expected.producerId === producerId) return true;
  return expected.producerId === prevProducerId && isEpochExhausted(expected.producerEpoch);
}
