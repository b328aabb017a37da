import { type CoordinatorData } from '../../../protocol/coordinator-record.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type Bytes, type Offset } from '../../../protocol/record-batch.ts';

/** A record that a coordinator writes: its bytes, and what they say. */
export interface CoordinatorRecord {
  readonly key: Bytes;
  /** Null: what the key names is no more. */
  readonly value: Bytes | null;
  readonly data: CoordinatorData;
}

/** What an operation on the newest state has led to (`CoordinatorResult`). */
export interface Operation {
  /** Written as one batch. */
  readonly records: readonly CoordinatorRecord[];
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

/** What a partition of a coordinator's topic keeps in memory (`CoordinatorShard`). */
export interface StateMachine {
  /** Applies a record; what it says is committed with the high watermark at `committedAt`. */
  readonly replay: (data: CoordinatorData, committedAt: Offset) => void;
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
