import { type ConsumerException } from './consumer-exception.ts';
import { type PollCondition } from './consumer-network-client.ts';

/** The call is over. */
export const callEnded = Symbol('call ended');

/**
 * A call of the application that waits for the network, as the steps between its waits. In Java it is a
 * loop around `ConsumerNetworkClient.poll`.
 */
export interface BlockingCall extends PollCondition {
  /** Whether it keeps the heartbeat thread out while it waits (`synchronized` of the coordinator). */
  readonly holdsMonitor?: boolean;
  /**
   * Goes on until the next poll of the network, and says how many milliseconds that may last. Called for
   * the first time when the call begins, and then after each poll, with what the poll has thrown.
   * Negative: no poll, but a sleep of so long.
   */
  readonly step: (
    nowMs: number,
    thrown: ConsumerException | undefined,
  ) => number | typeof callEnded;
  /** Tells the caller the outcome, when the next call may begin. */
  readonly deliver: () => void;
}

/** How long something may still take; its time does not go back with the clock (`Timer`). */
export class CallTimer {
  #nowMs: number;
  #deadlineMs: number;

  /** `timeoutMs` may be Infinity. */
  constructor(timeoutMs: number, nowMs: number) {
    this.#nowMs = nowMs;
    this.#deadlineMs = nowMs + timeoutMs;
  }

  update(nowMs: number): void {
    if (nowMs > this.#nowMs) this.#nowMs = nowMs;
  }

  /** Begins anew, as of the last update. */
  reset(timeoutMs: number): void {
    this.#deadlineMs = this.#nowMs + timeoutMs;
  }

  get remainingMs(): number {
    return Math.max(this.#deadlineMs - this.#nowMs, 0);
  }

  get isExpired(): boolean {
    return this.#nowMs >= this.#deadlineMs;
  }
}
