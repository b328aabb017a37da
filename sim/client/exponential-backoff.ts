import { type Random } from '../kernel/random.ts';
import { remembered } from '../kernel/remembered.ts';
import { exactLog, exactPower } from './exact-power.ts';

/** A time that grows with each failure. Times in milliseconds. */
export interface BackoffOptions {
  readonly initialMs: number;
  readonly multiplier: number;
  readonly maxMs: number;
  /** The largest part by which a draw is off, up or down: 0 to 1. */
  readonly jitter: number;
}

/** What all of Kafka's clients use (`CommonClientConfigs.RETRY_BACKOFF_JITTER` and its like). */
export const clientBackoff = { multiplier: 2, jitter: 0.2 } as const;

/**
 * How long to wait after so many failures (`ExponentialBackoff`): drawn anew at each call. The cap is
 * applied after the jitter, so that at the cap values lie between `maxMs` less the jitter and `maxMs`;
 * and it is reached by a power, so that it can be missed by a millisecond.
 */
export class ExponentialBackoff {
  readonly #maxMs: number;
  readonly #jitter: number;
  readonly #random: Random;
  /** By attempts, before the jitter; the last one is for all that follow. */
  readonly #terms: readonly number[];

  constructor(options: BackoffOptions, random: Random) {
    this.#maxMs = options.maxMs;
    this.#terms = termsOf(options);
    this.#jitter = options.maxMs > options.initialMs ? options.jitter : 0;
    this.#random = random;
  }

  /** Whole milliseconds to wait after `attempts` failures before this one. */
  next(attempts: number): number {
    const terms = this.#terms;
    const term = terms[attempts < terms.length ? attempts : terms.length - 1] ?? 0;
    if (this.#jitter === 0) return Math.min(Math.trunc(term), this.#maxMs);
    const low = 1 - this.#jitter;
    const factor = this.#random.next() * (1 + this.#jitter - low) + low;
    return Math.min(Math.trunc(factor * term), this.#maxMs);
  }
}

/** Exact powers are dear, and each client has several of the same few. */
const termsOf = remembered(
  ({ initialMs, multiplier, maxMs }: BackoffOptions): readonly number[] => {
    if (maxMs <= initialMs) return [maxMs];
    const maxExponent = exactLog(maxMs / Math.max(initialMs, 1)) / exactLog(multiplier);
    const terms: number[] = [];
    let power = 1;
    for (let exponent = 0; exponent < maxExponent; exponent += 1) {
      terms.push(initialMs * power);
      power *= multiplier;
    }
    terms.push(initialMs * exactPower(multiplier, maxExponent));
    return terms;
  },
);
