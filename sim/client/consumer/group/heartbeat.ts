import { type ConsumerParts } from '../consumer-parts.ts';
import { CallTimer } from '../blocking-call.ts';

/** When heartbeats are due, and what has been missed (`Heartbeat`). Times are the wall clock in ms. */
export class Heartbeat {
  readonly #parts: ConsumerParts;
  readonly #interval: CallTimer;
  readonly #session: CallTimer;
  readonly #poll: CallTimer;
  #failures = 0;

  constructor(parts: ConsumerParts) {
    const { heartbeatIntervalMs, sessionTimeoutMs, maxPollIntervalMs } = parts.config;
    const nowMs = parts.context.wallClockMs();
    this.#parts = parts;
    this.#interval = new CallTimer(heartbeatIntervalMs, nowMs);
    this.#session = new CallTimer(sessionTimeoutMs, nowMs);
    this.#poll = new CallTimer(maxPollIntervalMs, nowMs);
  }

  isDue(nowMs: number): boolean {
    this.#interval.update(nowMs);
    return this.#interval.isExpired;
  }

  timeToNextMs(nowMs: number): number {
    this.#interval.update(nowMs);
    return this.#interval.remainingMs;
  }

  /** The coordinator has not been heard of for `session.timeout.ms`. */
  isSessionOver(nowMs: number): boolean {
    this.#session.update(nowMs);
    return this.#session.isExpired;
  }

  /** The application has not polled for `max.poll.interval.ms`. */
  isPollOverdue(nowMs: number): boolean {
    this.#poll.update(nowMs);
    return this.#poll.isExpired;
  }

  polled(nowMs: number): void {
    this.#poll.update(nowMs);
    this.#poll.reset(this.#parts.config.maxPollIntervalMs);
  }

  sent(nowMs: number): void {
    this.#interval.update(nowMs);
    this.#interval.reset(this.#parts.config.heartbeatIntervalMs);
  }

  answered(): void {
    this.#failures = 0;
    this.resetSession();
  }

  failed(): void {
    const { context, backoff } = this.#parts;
    this.#interval.update(context.wallClockMs());
    this.#interval.reset(backoff.next(this.#failures));
    this.#failures += 1;
  }

  resetSession(): void {
    this.#session.update(this.#parts.context.wallClockMs());
    this.#session.reset(this.#parts.config.sessionTimeoutMs);
  }

  /** The member has just joined. */
  resetAll(): void {
    const nowMs = this.#parts.context.wallClockMs();
    this.resetSession();
    this.polled(nowMs);
    this.sent(nowMs);
  }
}
