import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duration, signedDuration } from './duration.ts';

describe('a duration', () => {
  test('is read as milliseconds', () => {
    expect(duration.parse('250us')).toBe(0.25);
    expect(duration.parse('200ms')).toBe(200);
    expect(duration.parse('1.5s')).toBe(1_500);
    expect(duration.parse('2m')).toBe(120_000);
    expect(duration.parse('1h')).toBe(3_600_000);
  });

  test('has at most three decimals', () => {
    expect(duration.parse('1.2345ms')).toBe(1.235);
  });

  test.each(['5', 's', '5 s', '5sec', '-5s', '', 'soon'])('is not %j', (written) => {
    expect(duration.safeParse(written).error?.issues[0]?.message).toContain('expected a duration');
  });

  test('may be negative where that means something', () => {
    expect(signedDuration.parse('-5s')).toBe(-5_000);
  });

  test('of whole milliseconds is read exactly', () => {
    const isExact = fc.property(fc.nat(), (ms) => {
      expect(duration.parse(`${ms}ms`)).toBe(ms);
    });
    fc.assert(isExact);
  });
});
