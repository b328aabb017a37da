import { type Random } from '../../sim/kernel/random.ts';

/** Random numbers as a case gives them. @param next The next one in [0, 1). */
export function scriptedRandom(next: () => number): Random {
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
