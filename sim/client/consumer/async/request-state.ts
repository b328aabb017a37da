import { type ExponentialBackoff } from '../../exponential-backoff.ts';

/** Whether a request may be sent that is sent again and again, one at a time (`RequestState`). */
export class RequestState {
  readonly #backoff: ExponentialBackoff;
  #lastReceivedMs = -1;
  #attempts = 0;
  #backoffMs = 0;
  #isInFlight = false;

  constructor(backoff: ExponentialBackoff) {
    this.#backoff = backoff;
  }

  get isInFlight(): boolean {
    return this.#isInFlight;
  }

  /** Failures since the last success. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The next request may be sent at once. */
  reset(): void {
    this.#isInFlight = false;
    this.#lastReceivedMs = -1;
    this.#attempts = 0;
    this.#backoffMs = this.#backoff.next(0);
  }

  canSend(nowMs: number): boolean {
    return !this.#isInFlight && this.remainingBackoffMs(nowMs) <= 0;
  }

  sent(): void {
    this.#isInFlight = true;
  }

  /** The next one waits for the shortest backoff all the same. */
  succeeded(nowMs: number): void {
    this.#isInFlight = false;
    this.#lastReceivedMs = nowMs;
    this.#backoffMs = this.#backoff.next(0);
    this.#attempts = 0;
  }

  failed(nowMs: number): void {
    this.#isInFlight = false;
    this.#lastReceivedMs = nowMs;
    this.#backoffMs = this.#backoff.next(this.#attempts);
    this.#attempts += 1;
  }

  remainingBackoffMs(nowMs: number): number {
    return Math.max(0, this.#backoffMs - (nowMs - this.#lastReceivedMs));
  }
}
