import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '../sim/config-error.ts';
import { parseToken, printToken } from './replay-token.ts';

describe('the token of a run', () => {
  test('is the scenario and the seed where nothing is set', () => {
    const run = { scenario: 'leader-crash', seed: 7, settings: new Map<string, string>() };
    expect(printToken(run)).toBe('leader-crash@7');
  });

  test('names every setting', () => {
    const settings = new Map([
      ['producer.acks', '1'],
      ['kafka', 'ideal'],
    ]);
    expect(printToken({ scenario: 'leader-crash', seed: 7, settings })).toBe(
      'leader-crash@7,producer.acks=1,kafka=ideal',
    );
  });

  test('is read back, whatever the values are', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    const isReadBack = fc.property(
      fc.constantFrom('leader-crash', './a@b/my scenario.yaml'),
      fc.nat(),
      fc.array(fc.tuple(text, fc.string({ unit: 'grapheme' }))),
      (scenario, seed, settings) => {
        const run = { scenario, seed, settings: new Map(settings) };
        expect(parseToken(printToken(run))).toEqual(run);
      },
    );
    fc.assert(isReadBack);
  });

  test('needs no quotes in a shell', () => {
    const isPlain = fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      const settings = new Map([['producer.client.id', value]]);
      const token = printToken({ scenario: 'leader-crash', seed: 7, settings });
      expect(token).toMatch(/^[\w@,.=%-]+$/u);
    });
    fc.assert(isPlain);
  });

  test.each(['leader-crash', 'leader-crash@', '@7', 'x@seven', 'x@7,acks', 'x@7,a=%zz'])(
    'is not %s',
    (token) => {
      expect(() => parseToken(token)).toThrow(ConfigError);
    },
  );
});
