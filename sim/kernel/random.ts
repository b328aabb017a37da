import alea from 'seedrandom/lib/alea.js';

/** A stream of random numbers, the same for the same seed on every machine. */
export interface Random {
  /** A number in [0, 1), a multiple of 2^-32. */
  readonly next: () => number;
  /** A whole number in [0, bound); `bound` is at most 2^32. */
  readonly below: (bound: number) => number;
  /** A whole number in [low, high], both inclusive. */
  readonly between: (low: number, high: number) => number;
  /** True with probability `p`. */
  readonly chance: (p: number) => boolean;
  /** One of `items`, which must not be empty. */
  readonly pick: <T>(items: readonly T[]) => T;
}

/**
 * The stream that a seed names. Seeds are strings with the purpose in them, `7/broker-1/latency`:
 * the first draws of short numeric seeds step evenly.
 */
export function createRandom(seed: string): Random {
  return randomFrom(alea(seed));
}

/** All kinds of draws from one source. @param next The next number in [0, 1). */
export function randomFrom(next: () => number): Random {
  return {
    next,
    below: (bound) => Math.floor(next() * bound),
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    chance: (p) => next() < p,
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
  };
}
