import { ConfigError } from '../sim/config-error.ts';

/** Seeds from `from` to `to`, both included. */
export interface SeedRange {
  readonly from: number;
  readonly to: number;
}

/** How many seeds. */
export function sizeOf({ from, to }: SeedRange): number {
  return to - from + 1;
}

/**
 * `7`, or `1..500`.
 * @throws {ConfigError} If it is neither.
 */
export function parseSeeds(text: string, place: string): SeedRange {
  const groups = /^(?<from>\d{1,15})(?:\.\.(?<to>\d{1,15}))?$/u.exec(text)?.groups;
  const from = Number(groups?.['from'] ?? Number.NaN);
  const to = Number(groups?.['to'] ?? from);
  if (from <= to) return { from, to };
  throw new ConfigError(
    place,
    `expected a seed such as 7, or seeds such as 1..500, of at most 15 digits, not ${text}`,
  );
}

/** The range in portions of at most `size` seeds, in order. */
export function* portions({ from, to }: SeedRange, size: number): Generator<SeedRange> {
  for (let start = from; start <= to; start += size) {
    yield { from: start, to: Math.min(start + size - 1, to) };
  }
}
