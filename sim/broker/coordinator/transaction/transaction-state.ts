import { type TransactionStateName } from '../../../protocol/coordinator-record.ts';

export const transactionStateNames = [
  'EMPTY',
  'ONGOING',
  'PREPARE_COMMIT',
  'PREPARE_ABORT',
  'COMPLETE_COMMIT',
  'COMPLETE_ABORT',
  'DEAD',
  'PREPARE_EPOCH_FENCE',
] as const;

/** What a transactional id is doing (`TransactionState`). */
export type TransactionState = (typeof transactionStateNames)[number];

interface StateProperties {
  /** In the log. */
  readonly id: number;
  /** In answers. */
  readonly shown: TransactionStateName | 'Dead' | 'PrepareEpochFence';
  /** Whether an id that has long been in this state may be forgotten. */
  readonly mayExpire: boolean;
  /** From which states it may be entered. */
  readonly validPrevious: readonly TransactionState[];
}

/** Every state, as Kafka 4.3.1 has it. */
export const transactionStates: Readonly<Record<TransactionState, StateProperties>> = {
  EMPTY: {
    id: 0,
    shown: 'Empty',
    mayExpire: true,
    validPrevious: ['EMPTY', 'COMPLETE_COMMIT', 'COMPLETE_ABORT'],
  },
  ONGOING: {
    id: 1,
    shown: 'Ongoing',
    mayExpire: false,
    validPrevious: ['EMPTY', 'ONGOING', 'COMPLETE_COMMIT', 'COMPLETE_ABORT'],
  },
  PREPARE_COMMIT: {
    id: 2,
    shown: 'PrepareCommit',
    mayExpire: false,
    validPrevious: ['ONGOING'],
  },
  // With transactions v2 a client may abort without knowing whether there is a transaction.
  PREPARE_ABORT: {
    id: 3,
    shown: 'PrepareAbort',
    mayExpire: false,
    validPrevious: ['EMPTY', 'ONGOING', 'COMPLETE_COMMIT', 'COMPLETE_ABORT', 'PREPARE_EPOCH_FENCE'],
  },
  COMPLETE_COMMIT: {
    id: 4,
    shown: 'CompleteCommit',
    mayExpire: true,
    validPrevious: ['PREPARE_COMMIT'],
  },
  COMPLETE_ABORT: {
    id: 5,
    shown: 'CompleteAbort',
    mayExpire: true,
    validPrevious: ['PREPARE_ABORT'],
  },
  // Its tombstone is being written.
  DEAD: {
    id: 6,
    shown: 'Dead',
    mayExpire: false,
    validPrevious: ['EMPTY', 'COMPLETE_COMMIT', 'COMPLETE_ABORT'],
  },
  // Only ever pending, for the moment between the decision to fence and the abort that it leads to.
  PREPARE_EPOCH_FENCE: {
    id: 7,
    shown: 'PrepareEpochFence',
    mayExpire: false,
    validPrevious: ['ONGOING'],
  },
};

/** The state that answers show under this name; undefined if there is none. */
export function shownState(shown: string): TransactionState | undefined {
  return transactionStateNames.find((name) => transactionStates[name].shown === shown);
}
