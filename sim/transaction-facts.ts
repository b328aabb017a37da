import { type PartitionOffset } from './group-facts.ts';
import { type ErrorName } from './protocol/errors.ts';
import { type TxnUid } from './protocol/record-batch.ts';
import { type BrokerId, type PartitionName } from './trace.ts';

/**
 * What happens in transactions. What coordinators write to `__transaction_state`, and the markers in the
 * partitions, are told by `batchAppended`.
 */
export type TransactionFact = TransactionalProducerFact | TransactionCoordinatorFact;

/** What transactional producers see. The node is the client. */
export type TransactionalProducerFact =
  /** `initTransactions()` has returned; the producer's id and epoch are told by `producerIdAssigned`. */
  | {
      readonly kind: 'transactionsInitialized';
      readonly session: string;
      readonly transactionalId: string;
      readonly producerId: number;
      readonly producerEpoch: number;
    }
  | {
      readonly kind: 'transactionBegun';
      readonly session: string;
      readonly transactionalId: string;
      readonly txnUid: TxnUid;
    }
  /** `sendOffsetsToTransaction()` was called. */
  | {
      readonly kind: 'transactionOffsetsAttempted';
      readonly session: string;
      readonly txnUid: TxnUid;
      readonly groupId: string;
      readonly memberId: string;
      readonly generation: number;
      readonly offsets: readonly PartitionOffset[];
    }
  /** It has returned; `error` null: without an exception. */
  | {
      readonly kind: 'transactionOffsetsEnded';
      readonly session: string;
      readonly txnUid: TxnUid;
      readonly groupId: string;
      readonly error: string | null;
    }
  /** `commitTransaction()` or `abortTransaction()` was called. */
  | {
      readonly kind: 'transactionEndAttempted';
      readonly session: string;
      readonly txnUid: TxnUid;
      readonly isCommit: boolean;
    }
  /**
   * It has returned; `error` null: without an exception. With one, `definite` means that the transaction
   * is not and will not be committed; if not, the outcome is unknown.
   */
  | {
      readonly kind: 'transactionEndReturned';
      readonly session: string;
      readonly txnUid: TxnUid;
      readonly isCommit: boolean;
      readonly error: string | null;
      readonly definite: boolean;
    }
  /** `close()` was called while a transaction is open, which the producer therefore aborts. */
  | { readonly kind: 'transactionAbandoned'; readonly session: string; readonly txnUid: TxnUid }
  /** The producer can do nothing more, or only abort. */
  | {
      readonly kind: 'transactionalErrorRaised';
      readonly session: string;
      readonly txnUid: TxnUid;
      readonly error: string;
      readonly isFatal: boolean;
    };

/** What transaction coordinators, and leaders that ask them, decide. The node is the broker. */
export type TransactionCoordinatorFact =
  /** A transactional InitProducerId was answered. */
  | {
      readonly kind: 'initProducerIdAnswered';
      readonly transactionalId: string;
      readonly broker: BrokerId;
      readonly error: ErrorName;
      readonly producerId: number;
      readonly producerEpoch: number;
      /** By a producer that had no id yet, and fences; if not, the next epoch of one that had (KIP-360). */
      readonly isFirst: boolean;
    }
  /** Another producer asks for the transactional id: the transaction that is open will be aborted. */
  | {
      readonly kind: 'producerFenced';
      readonly transactionalId: string;
      readonly broker: BrokerId;
      readonly producerId: number;
      /** Of the producer that is fenced. */
      readonly producerEpoch: number;
      readonly txnUid: TxnUid;
    }
  /** AddPartitionsToTxn or AddOffsetsToTxn was answered, from a client or from a leader (KIP-890). */
  | {
      readonly kind: 'transactionPartitionsAnswered';
      readonly transactionalId: string;
      readonly broker: BrokerId;
      readonly producerId: number;
      readonly producerEpoch: number;
      readonly partitions: readonly PartitionName[];
      readonly errors: readonly ErrorName[];
      /** Only asked whether they belong to it. */
      readonly isVerification: boolean;
      /** Of the request, and of the transaction that the coordinator has now; -1: none. */
      readonly requestTxnUid: TxnUid;
      readonly currentTxnUid: TxnUid;
    }
  | {
      readonly kind: 'endTxnAnswered';
      readonly transactionalId: string;
      readonly broker: BrokerId;
      readonly producerId: number;
      readonly producerEpoch: number;
      readonly isCommit: boolean;
      readonly error: ErrorName;
      readonly requestTxnUid: TxnUid;
      /** The transaction that it was applied to; -1: to none. */
      readonly currentTxnUid: TxnUid;
    }
  /** The coordinator aborts a transaction whose timeout is over. */
  | {
      readonly kind: 'transactionTimedOut';
      readonly transactionalId: string;
      readonly broker: BrokerId;
      readonly producerId: number;
      readonly producerEpoch: number;
      readonly txnUid: TxnUid;
    }
  /** At quiet points and at the end: what an active coordinator has in memory. */
  | {
      readonly kind: 'transactionInspected';
      readonly transactionalId: string;
      readonly broker: BrokerId;
      readonly state: string;
      readonly producerId: number;
      readonly producerEpoch: number;
      readonly partitions: readonly PartitionName[];
      readonly txnUid: TxnUid;
    };
