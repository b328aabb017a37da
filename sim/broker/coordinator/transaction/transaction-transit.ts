import { type ErrorName } from '../../../protocol/errors.ts';
import { type TxnUid } from '../../../protocol/record-batch.ts';
import { type PartitionName } from '../../../trace.ts';
import { type TransactionState } from './transaction-state.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Partitions of a transaction by name, in the order in which they were added. */
export type TransactionPartitions = ReadonlyMap<PartitionName, TopicPartition>;

export const noPartitions: TransactionPartitions = new Map();

/** A transactional id as it will be once its record is committed (`TxnTransitMetadata`). */
export interface TransactionTransit {
  readonly state: TransactionState;
  readonly producerId: number;
  /** Before this change; -1: none. */
  readonly prevProducerId: number;
  /** Takes over when the transaction is complete, because the epochs are used up; -1: none. */
  readonly nextProducerId: number;
  readonly producerEpoch: number;
  /** -1: none. */
  readonly lastProducerEpoch: number;
  readonly timeoutMs: number;
  readonly partitions: TransactionPartitions;
  /** -1: no transaction yet. */
  readonly startTimestampMs: number;
  readonly lastUpdateTimestampMs: number;
  /** Version of the transaction protocol that the client spoke. */
  readonly clientVersion: number;
  /** Ghost. */
  readonly txnUid: TxnUid;
}

/** Why a change cannot be: what Kafka throws. Answered as UNKNOWN_SERVER_ERROR, or PRODUCER_FENCED. */
export interface TransitRefusal {
  readonly exception:
    'IllegalArgumentException' | 'IllegalStateException' | 'ProducerFencedException';
  readonly message: string;
}

export function isRefusal(change: TransactionTransit | TransitRefusal): change is TransitRefusal {
  return 'exception' in change;
}

/** From here on each transaction has an epoch of its own (KIP-890). */
const firstVersionWithEpochBump = 2;

export function supportsEpochBump(transactionVersion: number): boolean {
  return transactionVersion >= firstVersionWithEpochBump;
}

/** A change to be written, or what is answered at once: NONE if there is nothing to change. */
export type Decision = TransactionTransit | ErrorName;

/** What a client is told of a change that cannot be. */
export function decisionOf(change: TransactionTransit | TransitRefusal): Decision {
  if (!isRefusal(change)) return change;
  const isFenced = change.exception === 'ProducerFencedException';
  return isFenced ? 'PRODUCER_FENCED' : 'UNKNOWN_SERVER_ERROR';
}
