import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unmetExpectations } from '../explore/expectations.ts';
import { runPlan } from '../explore/run.ts';
import { combined, tallyOf } from '../explore/tally.ts';
import { draw } from '../scenarios/draw.ts';
import { loadScenario } from './scenario-file.ts';

const folder = 'docs/examples';
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

test.each(files)('the example %s is read, and shows what it expects', async (file) => {
  const { scenario } = await loadScenario(`${folder}/${file}`);
  const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
  const tally = seeds.map((seed) => tallyOf(seed, runPlan(draw(scenario, seed)))).reduce(combined);
  expect([...unmetExpectations(scenario, tally)]).toEqual([]);
  expect(tally.invariants.filter(({ violated }) => violated > 0)).toEqual([]);
});
