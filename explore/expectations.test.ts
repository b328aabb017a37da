import { expect, test } from 'vitest';
import { directedScenarios } from '../scenarios/directed/directed.ts';
import { placesIn } from '../scenarios/problem.ts';
import { readScenario } from '../scenarios/read-scenario.ts';
import { shippedScenarios } from '../scenarios/shipped.ts';
import { leaderCrash } from '../scenarios/leader-crash.ts';
import { unknownExpectations } from './expectations.ts';

const directed = directedScenarios.map((written) => {
  return readScenario(written, placesIn(written.name));
});

test.each([...shippedScenarios, ...directed])('$name expects only what there is', (scenario) => {
  expect([...unknownExpectations(scenario)]).toEqual([]);
});

test('an expectation of something that there is not is refused', () => {
  const expected = { holds: ['C3', 'C99'], reaches: ['boredom'] };
  const scenario = readScenario({ ...leaderCrash, expect: expected }, placesIn('x'));
  const problems = [...unknownExpectations(scenario)];
  expect(problems.map(({ path }) => path)).toEqual([
    ['expect', 'holds', 1],
    ['expect', 'reaches', 0],
  ]);
  expect(problems[0]?.message).toMatch(/^there is no invariant C99; there is C1, /u);
});
