import { type Response } from '../../../protocol/api.ts';
import { type PollCondition } from '../consumer-network-client.ts';
import { type ReplyHandler } from '../request-sender.ts';

/** What will become of a request, for the call that waits for it (`RequestFuture`). */
export class PendingOutcome<T extends object | string> implements ReplyHandler, PollCondition {
  readonly #judge: (response: Response | undefined) => T;
  #outcome: T | undefined = undefined;

  /** `judge` is called when the reply is taken in, whoever waits; undefined: there will be none. */
  constructor(judge: (response: Response | undefined) => T) {
    this.#judge = judge;
  }

  /** Undefined while it is not known. */
  get outcome(): T | undefined {
    return this.#outcome;
  }

  get mayWait(): boolean {
    return this.#outcome === undefined;
  }

  answered(response: Response): void {
    this.#outcome = this.#judge(response);
  }

  failed(): void {
    this.#outcome = this.#judge(undefined);
  }
}
