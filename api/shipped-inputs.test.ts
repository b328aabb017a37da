import { expect, test } from 'vitest';
import { ConfigError, draw, readPlan, readScenario, runPlan, shippedInputs } from './index.ts';

test('a scenario that ships is changed and run, and its plan is read again', () => {
  const [healthy] = shippedInputs;
  const mine = readScenario({ ...healthy, name: 'mine' });
  const plan = draw(mine, 7);
  expect(plan.scenario).toBe('mine');
  const again = readPlan(JSON.parse(JSON.stringify(plan)));
  expect(runPlan(again).fingerprint).toBe(runPlan(plan).fingerprint);
});

test('a damaged plan is refused with its place', () => {
  expect(() => readPlan({ format: 1 })).toThrow(ConfigError);
  expect(() => readPlan({ format: 1 })).toThrow(/^plan: /u);
});
