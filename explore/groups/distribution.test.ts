import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distributionOf, largestOf, medianOf, merged, sizeOf } from './distribution.ts';

describe('a distribution', () => {
  test('has the median and the largest of its values, to three digits', () => {
    const values = distributionOf([3, 1, 2, 1_234.5, 2]);
    expect([sizeOf(values), medianOf(values), largestOf(values)]).toEqual([5, 2, 1_230]);
    expect(medianOf(distributionOf([1, 2, 3, 4]))).toBe(2);
  });

  test('without values has neither', () => {
    expect([sizeOf([]), medianOf([]), largestOf([])]).toEqual([0, null, null]);
  });

  test('is the same whether its values came together or in portions, in any order', () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }));
    const isTheSame = fc.property(values, values, (some, others) => {
      const together = distributionOf([...others, ...some]);
      expect(merged(distributionOf(some), distributionOf(others))).toEqual(together);
    });
    fc.assert(isTheSame);
  });
});
