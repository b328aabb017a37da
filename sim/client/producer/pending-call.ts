import { type ExceptionName } from '../../protocol/exceptions.ts';
import { type Thrown } from './exceptions.ts';
import { type ProducerState } from './producer-states.ts';
import { type TransactionalResult } from './transactional-result.ts';

interface Pending {
  readonly result: TransactionalResult;
  /** The state that the call has led to: by that a call is known as the same one again. */
  readonly state: ProducerState;
}

/**
 * The last call of `initTransactions`, `commitTransaction` or `abortTransaction`: when it has run out of
 * time, it has to be made again before any other (`TransactionManager.PendingStateTransition`).
 */
export class PendingCall {
  #pending: Pending | undefined = undefined;

  /** @returns The result that the same call waits for again; what another call throws; or nothing. */
  of(state: ProducerState): TransactionalResult | ExceptionName | undefined {
    this.#forgetAcked();
    if (this.#pending === undefined) return undefined;
    return this.#pending.state === state ? this.#pending.result : 'IllegalStateException';
  }

  /** @returns What a call of anything else throws. */
  refusal(): ExceptionName | undefined {
    this.#forgetAcked();
    return this.#pending === undefined ? undefined : 'IllegalStateException';
  }

  begin(result: TransactionalResult, state: ProducerState): void {
    this.#pending = { result, state };
  }

  fail(error: Thrown): void {
    this.#pending?.result.fail(error);
  }

  #forgetAcked(): void {
    if (this.#pending?.result.isAcked === true) this.#pending = undefined;
  }
}
