import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draw } from '../scenarios/draw.ts';
import { shippedScenarios } from '../scenarios/shipped.ts';
import { ConfigError } from '../sim/config-error.ts';
import { isPlanToken, parsePlanToken, printPlanToken } from './plan-token.ts';

describe('a plan in one word', () => {
  test('is read back, and needs no quotes in a shell', () => {
    const isReadBack = fc.property(fc.constantFrom(...shippedScenarios), fc.nat(), (of, seed) => {
      const plan = draw(of, seed);
      const token = printPlanToken(plan);
      expect(token).toMatch(/^plan:[\w-]+$/u);
      expect(isPlanToken(token)).toBe(true);
      expect(parsePlanToken(token)).toEqual(plan);
    });
    fc.assert(isReadBack);
  });

  test('that is cut short is refused, wherever it is cut', () => {
    const [scenario] = shippedScenarios;
    if (scenario === undefined) throw new Error('there are scenarios');
    const token = printPlanToken(draw(scenario, 1));
    const isRefused = fc.property(fc.integer({ min: 5, max: token.length - 2 }), (length) => {
      expect(() => parsePlanToken(token.slice(0, length))).toThrow(ConfigError);
    });
    fc.assert(isRefused);
  });
});
