import { CallTimer } from '../blocking-call.ts';

/** When positions are committed by themselves (`CommitRequestManager.AutoCommitState`). Times in ms. */
export class AutoCommit {
  readonly #intervalMs: number;
  readonly #timer: CallTimer;
  /** How many commits are under way; while there is one, no other is begun. */
  #inFlight = 0;

  constructor(intervalMs: number, nowMs: number) {
    this.#intervalMs = intervalMs;
    this.#timer = new CallTimer(intervalMs, nowMs);
  }

  get isDue(): boolean {
    return this.#timer.isExpired && this.#inFlight === 0;
  }

  update(nowMs: number): void {
    this.#timer.update(nowMs);
  }

  remainingMs(nowMs: number): number {
    this.#timer.update(nowMs);
    return this.#timer.remainingMs;
  }

  resetTimer(): void {
    this.#timer.reset(this.#intervalMs);
  }

  sent(): void {
    this.#inFlight = 1;
  }

  ended(): void {
    this.#inFlight = 0;
  }
}
