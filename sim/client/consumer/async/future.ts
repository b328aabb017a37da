import { type Failure } from './failure.ts';

type Outcome<T> = { readonly value: T } | { readonly failure: Failure };

interface FutureListener<T> {
  readonly succeeded: (value: T) => void;
  readonly failed: (failure: Failure) => void;
}

/** What will come of something (`CompletableFuture`). Its outcome is the first that it is told. */
export class Future<T> {
  #outcome: Outcome<T> | undefined = undefined;
  readonly #listeners: FutureListener<T>[] = [];

  static completed<T>(value: T): Future<T> {
    const future = new Future<T>();
    future.complete(value);
    return future;
  }

  static failed<T>(failure: Failure): Future<T> {
    const future = new Future<T>();
    future.fail(failure);
    return future;
  }

  get isDone(): boolean {
    return this.#outcome !== undefined;
  }

  /** Undefined while there is none, or if there was none. */
  get failure(): Failure | undefined {
    const outcome = this.#outcome;
    return outcome !== undefined && 'failure' in outcome ? outcome.failure : undefined;
  }

  /** Undefined while it is not known, or if there will be none. */
  get value(): T | undefined {
    const outcome = this.#outcome;
    return outcome !== undefined && 'value' in outcome ? outcome.value : undefined;
  }

  complete(value: T): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { value };
    for (const { succeeded } of this.#listeners) succeeded(value);
  }

  /** @returns Whether it had no outcome yet. */
  fail(failure: Failure): boolean {
    if (this.#outcome !== undefined) return false;
    this.#outcome = { failure };
    for (const { failed } of this.#listeners) failed(failure);
    return true;
  }

  /** Exactly one of the two is called, at once if the outcome is known. */
  whenDone(succeeded: (value: T) => void, failed: (failure: Failure) => void): void {
    const outcome = this.#outcome;
    if (outcome === undefined) this.#listeners.push({ succeeded, failed });
    else if ('value' in outcome) succeeded(outcome.value);
    else failed(outcome.failure);
  }

  /** Whatever the outcome is. */
  whenOver(listener: () => void): void {
    this.whenDone(listener, listener);
  }

  /** Lets another one have the same outcome. */
  passTo(other: Future<T>): void {
    this.whenDone(
      (value) => {
        other.complete(value);
      },
      (failure) => {
        other.fail(failure);
      },
    );
  }
}
