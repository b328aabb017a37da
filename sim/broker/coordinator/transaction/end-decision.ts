import { assert } from '../../../kernel/assert.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type TxnUid } from '../../../protocol/record-batch.ts';
import { type ProducerIds } from '../../handlers/producer-ids.ts';
import { lastClientEpoch, noProducerId, type TransactionMetadata } from './transaction-metadata.ts';
import { type TransactionState } from './transaction-state.ts';
import { type TransactionSwitches } from './transaction-switches.ts';
import { type Decision, decisionOf, supportsEpochBump } from './transaction-transit.ts';

/** A commit or an abort, as asked by a client or begun by the coordinator itself. */
export interface EndRequest {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly isCommit: boolean;
  readonly isFromClient: boolean;
  /** Version of the transaction protocol: of the client, or of the cluster. */
  readonly transactionVersion: number;
  readonly nowMs: number;
  /** Ghost. */
  readonly txnUid: TxnUid;
}

/** What a decision needs besides the transaction. */
export interface EndContext {
  readonly producerIds: Pick<ProducerIds, 'next'>;
  readonly switches: TransactionSwitches;
}

/** What the end of a transaction does to it; NONE: it has ended so already. */
export function decideEnd(
  metadata: TransactionMetadata,
  end: EndRequest,
  context: EndContext,
): Decision {
  return supportsEpochBump(end.transactionVersion)
    ? decideVersion2(metadata, end, context)
    : decideVersion1(metadata, end, context);
}

/** All transactions of a producer have one epoch (`TransactionCoordinator.endTransactionWithTV1`). */
function decideVersion1(
  metadata: TransactionMetadata,
  end: EndRequest,
  { switches }: EndContext,
): Decision {
  const { state, pendingState } = metadata;
  const { producerEpoch, isCommit } = end;
  if (metadata.producerId !== end.producerId) return 'INVALID_PRODUCER_ID_MAPPING';
  const mustBeEqual = end.isFromClient && !switches.laterEpochMayEnd;
  const isEpochWrong = mustBeEqual
    ? producerEpoch !== metadata.producerEpoch
    : producerEpoch < metadata.producerEpoch;
  if (isEpochWrong) return 'PRODUCER_FENCED';
  if (isOtherwisePending(metadata)) return 'CONCURRENT_TRANSACTIONS';
  if (state !== 'ONGOING') return repeatedEnd(state, isCommit);

  if (!isCommit && pendingState === 'PREPARE_EPOCH_FENCE') {
    metadata.pendingState = undefined;
    metadata.fence(producerEpoch);
  }
  return decisionOf(
    metadata.prepareEnd({
      state: isCommit ? 'PREPARE_COMMIT' : 'PREPARE_ABORT',
      clientVersion: 0,
      nextProducerId: noProducerId,
      noPartitionAdded: false,
      nowMs: end.nowMs,
      txnUid: end.txnUid,
    }),
  );
}

/** Of a transaction that is not open: what is asked is done, or being done, or cannot be. */
function repeatedEnd(state: TransactionState, isCommit: boolean): ErrorName {
  switch (state) {
    case 'COMPLETE_COMMIT':
      return isCommit ? 'NONE' : 'INVALID_TXN_STATE';
    case 'COMPLETE_ABORT':
      return isCommit ? 'INVALID_TXN_STATE' : 'NONE';
    case 'PREPARE_COMMIT':
      return isCommit ? 'CONCURRENT_TRANSACTIONS' : 'INVALID_TXN_STATE';
    case 'PREPARE_ABORT':
      return isCommit ? 'INVALID_TXN_STATE' : 'CONCURRENT_TRANSACTIONS';
    default:
      return 'INVALID_TXN_STATE';
  }
}

/**
 * Each end raises the epoch (KIP-890), so that the epoch tells a retry from the end of the next
 * transaction (`TransactionCoordinator.endTransaction`). With no transaction open:
 *
 * |                 | abort, last epoch | abort, this epoch | commit, last epoch | commit, this epoch |
 * |-----------------|-------------------|-------------------|--------------------|--------------------|
 * | EMPTY           | PRODUCER_FENCED   | raises the epoch  | PRODUCER_FENCED    | INVALID_TXN_STATE  |
 * | COMPLETE_ABORT  | NONE              | raises the epoch  | INVALID_TXN_STATE  | INVALID_TXN_STATE  |
 * | COMPLETE_COMMIT | INVALID_TXN_STATE | raises the epoch  | NONE               | INVALID_TXN_STATE  |
 */
function decideVersion2(
  metadata: TransactionMetadata,
  end: EndRequest,
  context: EndContext,
): Decision {
  const { isCommit } = end;
  const retry = retryOf(metadata, end);
  const refusal = refusalOfVersion2(metadata, end, retry, context);
  if (refusal !== 'NONE') return refusal;
  const { state } = metadata;
  const isOpen = state === 'ONGOING';
  const isRepeated = retry !== 'none' || isBeingEnded(state);
  if (!isOpen && isRepeated) return repeatedEnd(state, isCommit);
  if (!isOpen && isCommit) return 'INVALID_TXN_STATE';
  const nextProducerId = nextProducerOf(metadata, context);
  if (isFence(metadata) && !isCommit) {
    metadata.pendingState = undefined;
    if (context.switches.fenceBumpsTwice) metadata.fence(end.producerEpoch);
  }
  if (nextProducerId === undefined) return 'COORDINATOR_LOAD_IN_PROGRESS';
  return decisionOf(
    metadata.prepareEnd({
      state: isCommit ? 'PREPARE_COMMIT' : 'PREPARE_ABORT',
      clientVersion: end.transactionVersion,
      nextProducerId,
      noPartitionAdded: !isOpen,
      nowMs: end.nowMs,
      txnUid: end.txnUid,
    }),
  );
}

/** Why the request is not from who may end the transaction now; NONE if it is. */
function refusalOfVersion2(
  metadata: TransactionMetadata,
  end: EndRequest,
  retry: Retry,
  { switches }: EndContext,
): ErrorName {
  const isPending = isOtherwisePending(metadata);
  // First of all: what is pending may be the very epoch, or id, that the producer has already.
  if (isPending && !switches.epochBeforePending) return 'CONCURRENT_TRANSACTIONS';
  if (metadata.producerId !== end.producerId && retry !== 'overflow') {
    return 'INVALID_PRODUCER_ID_MAPPING';
  }
  const isEpochValid = isFence(metadata)
    ? isFenceEpochValid(metadata, end)
    : isEndEpochValid(metadata, end, retry);
  if (!isEpochValid) return 'PRODUCER_FENCED';
  return isPending ? 'CONCURRENT_TRANSACTIONS' : 'NONE';
}

/** The abort that is to come fences the producer. */
function isFence({ pendingState }: TransactionMetadata): boolean {
  return pendingState === 'PREPARE_EPOCH_FENCE';
}

/** Of a producer whose epochs are used up; undefined while none is at hand. */
function nextProducerOf(
  metadata: TransactionMetadata,
  { producerIds, switches }: EndContext,
): number | undefined {
  const isKept = switches.fenceKeepsProducerId && isFence(metadata);
  const mayRotate = metadata.isEpochExhausted && !isKept;
  return mayRotate ? producerIds.next() : noProducerId;
}

/** How a request may be one that has been done before: the epoch, or the producer id, has moved on. */
type Retry = 'none' | 'epochBump' | 'overflow';

function retryOf(metadata: TransactionMetadata, end: EndRequest): Retry {
  const { producerEpoch, now } = metadata;
  if (isFence(metadata)) return 'none';
  if (producerEpoch === end.producerEpoch + 1) return 'epochBump';
  const isOverflow =
    now.prevProducerId === end.producerId &&
    end.producerEpoch === lastClientEpoch &&
    producerEpoch === 0;
  return isOverflow ? 'overflow' : 'none';
}

function isFenceEpochValid(metadata: TransactionMetadata, end: EndRequest): boolean {
  const { producerEpoch, isFromClient } = end;
  if (isFromClient) return producerEpoch === metadata.producerEpoch;
  return producerEpoch >= metadata.producerEpoch;
}

function isEndEpochValid(metadata: TransactionMetadata, end: EndRequest, retry: Retry): boolean {
  const isCurrent = end.producerEpoch === metadata.producerEpoch;
  switch (metadata.state) {
    case 'PREPARE_COMMIT':
    case 'PREPARE_ABORT':
      return retry === 'epochBump';
    case 'COMPLETE_COMMIT':
    case 'COMPLETE_ABORT':
      return retry !== 'none' || isCurrent;
    default:
      return isCurrent;
  }
}

function isBeingEnded(state: TransactionState): boolean {
  return state === 'PREPARE_COMMIT' || state === 'PREPARE_ABORT';
}

/** A change is pending that is not the fence that this end is part of. */
function isOtherwisePending({ pendingState }: TransactionMetadata): boolean {
  return pendingState !== undefined && pendingState !== 'PREPARE_EPOCH_FENCE';
}

/** Why the markers of an end that is in the log are not to be sent; NONE if they are. */
export function markersError(metadata: TransactionMetadata, end: EndRequest): ErrorName {
  const { producerId, producerEpoch, state, pendingState } = metadata;
  if (producerId !== end.producerId) return 'INVALID_PRODUCER_ID_MAPPING';
  const isBumped =
    supportsEpochBump(end.transactionVersion) && producerEpoch === end.producerEpoch + 1;
  if (producerEpoch !== end.producerEpoch && !isBumped) return 'PRODUCER_FENCED';
  if (pendingState !== undefined) return 'CONCURRENT_TRANSACTIONS';
  const expected = end.isCommit ? 'PREPARE_COMMIT' : 'PREPARE_ABORT';
  assert(state !== 'DEAD', 'an id whose end is in the log is not forgotten');
  return state === expected ? 'NONE' : 'INVALID_TXN_STATE';
}
