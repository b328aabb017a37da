import { Future } from './future.ts';
import { type RequestState } from './request-state.ts';

/**
 * A request to the coordinator that is sent again until it succeeds or its time is over
 * (`CommitRequestManager.RetriableRequestState`).
 */
export abstract class PendingRequest<T> {
  /** Of the next or current attempt. */
  future = new Future<T>();
  readonly state: RequestState;
  readonly #deadlineMs: number;

  /** `deadlineMs` may be Infinity. */
  constructor(state: RequestState, deadlineMs: number) {
    this.state = state;
    this.#deadlineMs = deadlineMs;
  }

  isExpired(nowMs: number): boolean {
    return nowMs >= this.#deadlineMs;
  }

  remainingMs(nowMs: number): number {
    return Math.max(0, this.#deadlineMs - nowMs);
  }

  /** A further attempt is to be made. */
  retry(): void {
    this.future = new Future();
  }
}
