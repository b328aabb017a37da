import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OffsetRanges } from './offset-ranges.ts';

test('holds what was added and nothing else', () => {
  const range = fc.tuple(fc.nat(40), fc.nat(6));
  fc.assert(
    fc.property(fc.array(range), fc.array(range), fc.array(range), (added, removed, later) => {
      const ranges = new OffsetRanges();
      const expected = new Set<number>();
      for (const [from, length] of added) {
        ranges.add(from, from + length);
        for (let offset = from; offset < from + length; offset += 1) expected.add(offset);
      }
      for (const [offset] of removed) {
        ranges.remove(offset);
        expected.delete(offset);
      }
      for (const [from, length] of later) {
        ranges.add(from, from + length);
        for (let offset = from; offset < from + length; offset += 1) expected.add(offset);
      }
      for (let offset = 0; offset < 50; offset += 1) {
        expect(ranges.has(offset)).toBe(expected.has(offset));
      }
    }),
  );
});
