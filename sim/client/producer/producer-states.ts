import { type ExceptionName } from '../../protocol/exceptions.ts';
import { type Thrown } from './exceptions.ts';

/** The state of a producer that has an id (`TransactionManager.State`), without two-phase commit. */
export type ProducerState =
  | 'UNINITIALIZED'
  | 'INITIALIZING'
  | 'READY'
  | 'IN_TRANSACTION'
  | 'COMMITTING_TRANSACTION'
  | 'ABORTING_TRANSACTION'
  | 'ABORTABLE_ERROR'
  | 'FATAL_ERROR';

type ErrorState = 'ABORTABLE_ERROR' | 'FATAL_ERROR';

/**
 * From where a state can be entered. A producer without transactions goes from UNINITIALIZED by
 * INITIALIZING to READY and back, or to an error.
 *
 * | state | goes on |
 * |---|---|
 * | UNINITIALIZED | `initTransactions` → INITIALIZING |
 * | INITIALIZING | InitProducerId answered → READY |
 * | READY | `beginTransaction` → IN_TRANSACTION |
 * | IN_TRANSACTION | `commitTransaction` → COMMITTING, `abortTransaction` → ABORTING |
 * | COMMITTING, ABORTING | EndTxn answered → READY; if the client has to bump its epoch → INITIALIZING |
 * | ABORTABLE_ERROR | `abortTransaction` → ABORTING; not authorized → UNINITIALIZED |
 * | FATAL_ERROR | the end |
 */
export const enteredFrom: Readonly<
  Record<Exclude<ProducerState, 'FATAL_ERROR'>, readonly ProducerState[]>
> = {
  UNINITIALIZED: ['READY', 'ABORTABLE_ERROR'],
  INITIALIZING: ['UNINITIALIZED', 'COMMITTING_TRANSACTION', 'ABORTING_TRANSACTION'],
  READY: ['INITIALIZING', 'COMMITTING_TRANSACTION', 'ABORTING_TRANSACTION'],
  IN_TRANSACTION: ['READY'],
  COMMITTING_TRANSACTION: ['IN_TRANSACTION'],
  ABORTING_TRANSACTION: ['IN_TRANSACTION', 'ABORTABLE_ERROR'],
  ABORTABLE_ERROR: ['INITIALIZING', 'IN_TRANSACTION', 'COMMITTING_TRANSACTION', 'ABORTABLE_ERROR'],
};

/** Whose thread changes the state. */
export type Actor = 'application' | 'sender';

export type ErrorRaised = (error: Thrown, isFatal: boolean) => void;

/** State and last error of a producer. What cannot be is thrown, and ends the producer if its sender does it. */
export class ProducerStates {
  readonly #raised: ErrorRaised;
  #current: ProducerState = 'UNINITIALIZED';
  #lastError: Thrown | undefined = undefined;

  constructor(raised: ErrorRaised) {
    this.#raised = raised;
  }

  get current(): ProducerState {
    return this.#current;
  }

  /** The exception that has led to an error state; `undefined` in any other. */
  get lastError(): Thrown | undefined {
    return this.#lastError;
  }

  get hasError(): boolean {
    return this.#current === 'ABORTABLE_ERROR' || this.#current === 'FATAL_ERROR';
  }

  /** @returns What is thrown, if the state cannot be entered now. */
  enter(target: Exclude<ProducerState, ErrorState>, actor: Actor): ExceptionName | undefined {
    if (!enteredFrom[target].includes(this.#current)) return this.#refuse(actor);
    this.#current = target;
    this.#lastError = undefined;
    return undefined;
  }

  /** The same of an error after which the transaction can only be aborted. */
  enterAbortable(error: Thrown, actor: Actor): ExceptionName | undefined {
    if (!enteredFrom.ABORTABLE_ERROR.includes(this.#current)) return this.#refuse(actor);
    this.#raise('ABORTABLE_ERROR', error);
    return undefined;
  }

  enterFatal(error: Thrown): void {
    this.#raise('FATAL_ERROR', error);
  }

  /** `TransactionManager.shouldPoisonStateOnInvalidTransition` (KAFKA-14831). */
  #refuse(actor: Actor): ExceptionName {
    const exception = 'IllegalStateException';
    if (actor === 'sender') this.#raise('FATAL_ERROR', exception);
    return exception;
  }

  #raise(state: ErrorState, error: Thrown): void {
    this.#current = state;
    this.#lastError = error;
    this.#raised(error, state === 'FATAL_ERROR');
  }
}
