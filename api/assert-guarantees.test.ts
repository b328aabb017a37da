import { draw, type ProcessingModel, readScenario, type Run, runPlan } from 'kafka-trial';
import { describe, expect, test } from 'vitest';
import { commitBeforeProcessing } from '../scenarios/processing-crash.ts';
import { assertGuarantees, GuaranteeBroken } from './assert-guarantees.ts';

function* commitFirst(
  ...[polled, tools]: Parameters<ProcessingModel>
): ReturnType<ProcessingModel> {
  yield* tools.consumer.commitSync();
  yield* tools.process(polled);
}

const plan = draw(readScenario(commitBeforeProcessing), 1);
const withOwnModel = {
  ...plan,
  clients: plan.clients.map((client) =>
    client.kind === 'consumer' ? { ...client, model: 'commit-first' } : client,
  ),
};

function failure(run: Run): string {
  try {
    assertGuarantees(run, { holds: ['C11'] });
  } catch (error) {
    if (error instanceof GuaranteeBroken) return error.message;
    throw error;
  }
  throw new Error('nothing is broken');
}

describe('the message of a guarantee that did not hold', () => {
  test('says when and where each fact was told that proves it, with a trace or without', () => {
    const traced = failure(runPlan(plan, { isTracing: true }));
    expect(failure(runPlan(plan))).toBe(traced);
    expect(traced).toMatch(/^ +\d+\.\d{6} {2}consumer-\d {5}commits/mu);
  });

  test('says that no command names models which were given in memory', () => {
    const models = { 'commit-first': commitFirst };
    const message = failure(runPlan(withOwnModel, { isTracing: false, models }));
    expect(message).toContain('models of its own, commit-first, which no command can name');
    expect(message).toMatch(/npx kafka-trial replay plan:[\w-]+ --models FILE$/u);
    expect(message).not.toContain('  again: ');
  });

  test('has a replay line where models that were given are not used', () => {
    const models = { 'commit-first': commitFirst };
    expect(failure(runPlan(plan, { isTracing: false, models }))).toMatch(/ {2}again: npx [^\n]*$/u);
  });
});
