import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partitionForKey } from './built-in-partitioner.ts';
import { murmur2 } from './murmur2.ts';

describe('the hash of a key', () => {
  test.each([
    ['', 275_646_681],
    ['o', -994_553_553],
    ['\xd7', 648_422_655],
  ])('is that of the Java clients: %j', (key, hash) => {
    expect(murmur2(key)).toBe(hash);
  });

  test('is a signed number of 32 bits that all bytes of the key have a part in', () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(bytes, fc.nat(), (key, place) => {
        const hash = murmur2(String.fromCharCode(...key));
        expect(hash).toBe(hash | 0);
        const changed = key.map((byte, index) =>
          index === place % key.length ? (byte + 1) % 256 : byte,
        );
        expect(murmur2(String.fromCharCode(...changed))).not.toBe(hash);
      }),
    );
  });

  test('leads to a partition that there is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary-ascii' }),
        fc.integer({ min: 1, max: 50 }),
        (key, count) => {
          const partition = partitionForKey(key, count);
          expect(partition).toBeGreaterThanOrEqual(0);
          expect(partition).toBeLessThan(count);
        },
      ),
    );
  });
});
