import { describe, expect, test } from 'vitest';
import { unmetExpectations, unknownExpectations } from '../explore/expectations.ts';
import { runPlan } from '../explore/run.ts';
import { tallyOf } from '../explore/tally.ts';
import { aligned } from '../reports/columns.ts';
import { plain } from '../reports/paint.ts';
import { planRows } from '../reports/plan-words.ts';
import { renderBreach } from '../reports/run-report.ts';
import { renderTimeline } from '../reports/timeline.ts';
import { draw } from './draw.ts';
import { shippedScenarios } from './shipped.ts';

const seed = 1;

describe.each(shippedScenarios)('$name', (scenario) => {
  const run = runPlan(draw(scenario, seed), { isTracing: true });

  test('holds, breaks and reaches what it is there to show', () => {
    expect([...unknownExpectations(scenario)]).toEqual([]);
    expect([...unmetExpectations(scenario, tallyOf(seed, run))]).toEqual([]);
  });

  // A changed golden file is a changed simulator: the commit says why.
  test('is told as recorded', async () => {
    const trace = run.trace ?? [];
    const story = [
      scenario.question,
      ...aligned(planRows(run.plan)),
      '',
      ...renderTimeline(trace),
      '',
      ...run.judgements.flatMap((judgement) => renderBreach(judgement, trace, plain)),
    ];
    await expect(story.join('\n')).toMatchFileSnapshot(`golden/${scenario.name}.txt`);
  });
});
