import { type Response } from '../../../protocol/api.ts';
import { type PollCondition } from '../consumer-network-client.ts';
import { type ReplyHandler, type RequestFailure } from '../request-sender.ts';

/** What will become of a request, for those who wait for it (`RequestFuture`). */
export class PendingOutcome<T extends object | string> implements ReplyHandler, PollCondition {
  readonly #judge: (response: Response | undefined, failure?: RequestFailure) => T;
  #outcome: T | undefined = undefined;
  #listeners: ((outcome: T) => void)[] = [];

  /** `judge` is called when the reply is taken in, whoever waits; undefined: there will be none. */
  constructor(judge: (response: Response | undefined, failure?: RequestFailure) => T) {
    this.#judge = judge;
  }

  /** Undefined while it is not known. */
  get outcome(): T | undefined {
    return this.#outcome;
  }

  get mayWait(): boolean {
    return this.#outcome === undefined;
  }

  /** Calls `listener` once the outcome is known, after those who were there before it. */
  whenKnown(listener: (outcome: T) => void): void {
    if (this.#outcome === undefined) this.#listeners.push(listener);
    else listener(this.#outcome);
  }

  answered(response: Response): void {
    this.#complete(this.#judge(response));
  }

  failed(failure?: RequestFailure): void {
    this.#complete(this.#judge(undefined, failure));
  }

  #complete(outcome: T): void {
    this.#outcome = outcome;
    const listeners = this.#listeners;
    this.#listeners = [];
    for (const listener of listeners) listener(outcome);
  }
}
