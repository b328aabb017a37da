import { createRandom, type Random } from '../../sim/kernel/random.ts';
import { type Drawn, type DrawnNode } from '../schema/drawn.ts';

/**
 * Random choices of one seed. Each has a stream of its own, by name, so that a choice that is added
 * or taken away shifts no other.
 */
export class Draws {
  readonly #seed: string;

  constructor(seed: string) {
    this.#seed = seed;
  }

  of(purpose: string): Random {
    return createRandom(`${this.#seed}/draw/${purpose}`);
  }

  number(value: Drawn, purpose: string): number {
    return typeof value === 'number' ? value : drawNumber(value, this.of(purpose));
  }

  node(value: DrawnNode, purpose: string): string {
    return typeof value === 'string' ? value : this.of(purpose).pick(value.oneOf);
  }
}

/** A number of the range: whole where its ends are, else with three decimals. */
export function drawNumber(value: Drawn, random: Random): number {
  if (typeof value === 'number') return value;
  const [low, high] = value.between;
  if (Number.isInteger(low) && Number.isInteger(high)) return random.between(low, high);
  return random.between(Math.round(low * 1_000), Math.round(high * 1_000)) / 1_000;
}
