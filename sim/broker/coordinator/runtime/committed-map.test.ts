import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CommittedMap } from './committed-map.ts';

describe('a committed map', () => {
  test('shows a change at the high watermark only when it is committed', () => {
    let highWatermark = 0;
    const map = new CommittedMap<string, number>(() => highWatermark);
    map.set('a', 1, 1);
    expect([map.get('a'), map.getCommitted('a')]).toEqual([1, undefined]);
    highWatermark = 1;
    expect(map.getCommitted('a')).toBe(1);
  });

  test('takes back what could not be written', () => {
    const map = new CommittedMap<string, number>(() => 0);
    map.set('a', 1, 1);
    map.set('a', 2, 2);
    map.delete('a', 3);
    map.revertTo(1);
    expect(map.get('a')).toBe(1);
  });

  test('is at the high watermark what it was when the log ended there', () => {
    const change = fc.record({
      key: fc.constantFrom('a', 'b', 'c'),
      value: fc.option(fc.nat(9), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(change), fc.nat(), (changes, at) => {
        const highWatermark = Math.min(at, changes.length);
        const map = new CommittedMap<string, number>(() => highWatermark);
        const expected = new Map<string, number>();
        for (const [index, { key, value }] of changes.entries()) {
          if (value === undefined) map.delete(key, index + 1);
          else map.set(key, value, index + 1);
          if (index >= highWatermark) continue;
          if (value === undefined) expected.delete(key);
          else expected.set(key, value);
        }
        expect(map.committed()).toEqual(expected);
        for (const key of ['a', 'b', 'c']) expect(map.getCommitted(key)).toBe(expected.get(key));
        map.revertTo(highWatermark);
        expect(new Map(map.newest)).toEqual(expected);
      }),
    );
  });
});
