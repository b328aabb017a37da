import { assert } from './assert.ts';
import { type Duration, type Instant } from './time.ts';

/** The wall clock's reading at instant 0 on a node whose clock is right: 2026-01-01T00:00:00Z. */
/** The wall clock of every node, unless it is changed, when a run starts: in ms since 1970. */
export const epochStartMs = 1_767_225_600_000;

/**
 * A node's two clocks: a monotonic one that may drift, and a wall clock on top of it that may also
 * be offset and jump.
 *
 * Simplified: a change of the drift does not move timers that are already set.
 */
export class Clock {
  /** Seconds of this clock in a true second. */
  #rate = 1;
  #anchorInstant: Instant = 0;
  #anchorReading: Instant = 0;
  #driftPpm = 0;
  /** How far the wall clock is ahead of the monotonic one, besides `epochStartMs`. */
  offsetMs = 0;

  get driftPpm(): number {
    return this.#driftPpm;
  }

  /** The monotonic clock at `now`, in microseconds. */
  monotonic(now: Instant): Instant {
    if (this.#rate === 1) return this.#anchorReading + (now - this.#anchorInstant);
    return this.#anchorReading + Math.floor((now - this.#anchorInstant) * this.#rate);
  }

  /** The wall clock at `now`, in whole milliseconds since 1970. */
  wallMs(now: Instant): number {
    return epochStartMs + this.offsetMs + Math.floor(this.monotonic(now) / 1000);
  }

  /** The true time that passes while this clock moves on by `local`. */
  trueDuration(local: Duration): Duration {
    return this.#rate === 1 ? local : Math.ceil(local / this.#rate);
  }

  /** From `now` on the clock gains `ppm` microseconds a second; negative: loses. */
  drift(now: Instant, ppm: number): void {
    assert(ppm > -1_000_000, 'a clock does not run backwards');
    this.#anchorReading = this.monotonic(now);
    this.#anchorInstant = now;
    this.#driftPpm = ppm;
    this.#rate = 1 + ppm / 1_000_000;
  }
}
