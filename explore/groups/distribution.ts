/** Values with how often each has come, the smallest first; of values only three digits are kept. */
export type Distribution = readonly (readonly [value: number, count: number])[];

export function distributionOf(values: readonly number[]): Distribution {
  const counts = new Map<number, number>();
  for (const value of values) {
    const rounded = Number(value.toPrecision(3));
    counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
  }
  return [...counts].sort(byValue);
}

/** Both together, in any order. */
export function merged(one: Distribution, other: Distribution): Distribution {
  const counts = new Map(one);
  for (const [value, count] of other) counts.set(value, (counts.get(value) ?? 0) + count);
  return [...counts].sort(byValue);
}

/** How many values there are. */
export function sizeOf(distribution: Distribution): number {
  return distribution.reduce((sum, [, count]) => sum + count, 0);
}

/** The smallest value that at least half of them do not exceed; null if there are none. */
export function medianOf(distribution: Distribution): number | null {
  let left = sizeOf(distribution) / 2;
  for (const [value, count] of distribution) {
    left -= count;
    if (left <= 0) return value;
  }
  return null;
}

/** Null if there are none. */
export function largestOf(distribution: Distribution): number | null {
  return distribution.at(-1)?.[0] ?? null;
}

function byValue([one]: readonly [number, number], [other]: readonly [number, number]): number {
  return one - other;
}
