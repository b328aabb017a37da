import { type CoordinatorData } from '../../../protocol/coordinator-record.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type Bytes, type Offset, type TxnUid } from '../../../protocol/record-batch.ts';
import { type VerificationGuard } from '../../log/transaction-verification.ts';

/** A record that a coordinator writes: its bytes, and what they say. */
export interface CoordinatorRecord {
  readonly key: Bytes;
  /** Null: what the key names is no more. */
  readonly value: Bytes | null;
  readonly data: CoordinatorData;
}

/** Whose transaction records belong to: what they say waits for its marker. */
export interface WritingTransaction {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Proves that the transaction's coordinator knows the partition (KIP-890). */
  readonly guard: VerificationGuard;
  /** Ghost. */
  readonly txnUid: TxnUid;
}

/** What an operation on the newest state has led to (`CoordinatorResult`). */
export interface Operation {
  /** Written as one batch. */
  readonly records: readonly CoordinatorRecord[];
  readonly transaction?: WritingTransaction;
  /** False if the operation itself has changed the state that its records tell of. */
  readonly replays: boolean;
  /**
   * Called once: with NONE when the records, and all that were written before them, are committed;
   * with the error if they are not, or not in time, or this broker no longer leads the partition.
   */
  readonly settled: (error: ErrorName) => void;
}

const doesNothing = (): void => undefined;

/** Nothing to write, and nobody to tell. */
export const nothing: Operation = { records: [], replays: true, settled: doesNothing };

/** Nothing to write; `settled` is called when what was written before is committed. */
export function withoutRecords(settled: (error: ErrorName) => void): Operation {
  return { records: [], replays: true, settled };
}

/** What a log says does not fit together (an `IllegalStateException` of `replay`): it cannot be loaded. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}

/** What a partition of a coordinator's topic keeps in memory (`CoordinatorShard`). */
export interface StateMachine {
  /**
   * Applies a record; what it says is committed with the high watermark at `committedAt`. `producerId`
   * is -1 unless it belongs to a transaction.
   */
  readonly replay: (data: CoordinatorData, committedAt: Offset, producerId: number) => void;
  /** Applies the end of a producer's transaction. */
  readonly replayMarker: (producerId: number, isCommit: boolean, committedAt: Offset) => void;
  /** All records of an operation are in the log, and have been applied if they are to be. */
  readonly applied: () => void;
  /** Undoes what records from `end` on were to say: they could not be written. */
  readonly revertTo: (end: Offset) => void;
  /** The log has been replayed: timers may start. */
  readonly loaded: () => void;
  /** Who waits is told that the coordinator is elsewhere. */
  readonly unloaded: () => void;
}

/** What answers say of an append that failed (`CoordinatorOperationExceptionHelper`). */
export function answeredError(error: ErrorName): ErrorName {
  switch (error) {
    // The verification of a transaction has failed: clients need not look for the coordinator again.
    case 'NETWORK_EXCEPTION':
      return 'COORDINATOR_LOAD_IN_PROGRESS';
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'NOT_ENOUGH_REPLICAS':
    case 'REQUEST_TIMED_OUT':
      return 'COORDINATOR_NOT_AVAILABLE';
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'KAFKA_STORAGE_ERROR':
      return 'NOT_COORDINATOR';
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
    case 'INVALID_FETCH_SIZE':
      return 'UNKNOWN_SERVER_ERROR';
    default:
      return error;
  }
}
