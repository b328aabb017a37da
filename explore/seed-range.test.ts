import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSeeds, portions, sizeOf } from './seed-range.ts';

describe('seeds', () => {
  test('are one, or a range', () => {
    expect(parseSeeds('7', '--seeds')).toEqual({ from: 7, to: 7 });
    expect(parseSeeds('1..500', '--seeds')).toEqual({ from: 1, to: 500 });
    expect(() => parseSeeds('5..1', '--seeds')).toThrow('--seeds: expected a seed such as 7');
  });

  test('come in portions that leave out none', () => {
    const isWhole = fc.property(
      fc.nat(1_000),
      fc.nat(100),
      fc.integer({ min: 1, max: 50 }),
      (from, more, size) => {
        const range = { from, to: from + more };
        const parts = [...portions(range, size)];
        expect(parts[0]?.from).toBe(range.from);
        expect(parts.at(-1)?.to).toBe(range.to);
        expect(parts.map(sizeOf).reduce((sum, part) => sum + part)).toBe(sizeOf(range));
      },
    );
    fc.assert(isWhole);
  });
});
