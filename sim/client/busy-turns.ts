import { type Instant, milliseconds } from '../kernel/time.ts';

/** So many turns in a row take no time; a thread that makes more is busy. */
const turnsAtOnce = 100;
const busyTurnMs = 1;

/**
 * Turns of a thread take no time, so that one which never waits would go round in one instant for ever. In
 * Kafka it keeps a core busy, and time goes by: `reconnect.backoff.ms=0` and `auto.commit.interval.ms=0` ask
 * for that. Here each turn of a busy thread takes 1 ms, the least that the clients' clocks can tell.
 */
export class BusyTurns {
  #turns = 0;
  /** When the last of them was over. */
  #until: Instant = 0;
  /** The turn that goes on takes time: the thread looks at nothing before the next one. */
  isBusy = false;

  /** What the thread begins now is something else. */
  reset(): void {
    this.#turns = 0;
    this.isBusy = false;
  }

  /**
   * The thread would wait for `waitMs` before its next turn.
   * @param now On the monotonic clock.
   * @returns For how many milliseconds it does.
   */
  pace(waitMs: number, now: Instant): number {
    if (waitMs > 0 || now - this.#until > milliseconds(busyTurnMs)) this.reset();
    if (waitMs > 0) return waitMs;
    this.#turns += 1;
    this.isBusy = this.#turns > turnsAtOnce;
    const pacedMs = this.isBusy ? busyTurnMs : 0;
    this.#until = now + milliseconds(pacedMs);
    return pacedMs;
  }
}
