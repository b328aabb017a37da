import { type z } from 'zod';
import { ConfigError } from '../sim/config-error.ts';
import { clientProblems } from './check/client-problems.ts';
import { clusterProblems } from './check/cluster-problems.ts';
import { faultProblems } from './check/fault-problems.ts';
import { type Path, type PlaceOf, type Problem } from './problem.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';
import { isSwitch, switchProblem } from './schema/switches.ts';

/**
 * Reads what a person wrote, be it TypeScript or YAML. Configs are checked by `withSettings`.
 * @throws {ConfigError} With the place of the first mistake.
 */
export function readScenario(written: unknown, placeOf: PlaceOf): Scenario {
  const read = scenarioSchema.safeParse(written, { reportInput: true });
  const problems = read.success ? problemsOf(read.data) : read.error.issues.map(problemOf);
  for (const { path, message } of problems) throw new ConfigError(placeOf(path), message);
  return scenarioSchema.parse(written);
}

function* problemsOf(scenario: Scenario): Generator<Problem> {
  yield* clusterProblems(scenario);
  yield* clientProblems(scenario);
  yield* faultProblems(scenario);
  const { healAfter, runFor, switches, expect } = scenario;
  for (const [name, value] of Object.entries(switches)) {
    const message = isSwitch(name) ? switchProblem(name, value) : undefined;
    if (message !== undefined) yield { path: ['switches', name], message };
  }
  if (healAfter > runFor) {
    yield { path: ['healAfter'], message: `comes after the end of the run at ${runFor} ms` };
  }
  for (const [index, id] of expect.holds.entries()) {
    if (!expect.breaks.includes(id)) continue;
    yield { path: ['expect', 'holds', index], message: `${id} cannot both hold and break` };
  }
}

function problemOf(issue: z.core.$ZodIssue): Problem {
  const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return { path: [...path, key], message: `there is no ${key} here` };
  }
  if (issue.input === undefined && path.length > 0) return missing(path, issue.message);
  const received = showInput(issue.input);
  const sentence = plain(issue.message);
  const isSaid = received === undefined || sentence.includes('received');
  return { path, message: isSaid ? sentence : `${sentence}, not ${received}` };
}

function missing(path: Path, message: string): Problem {
  const expected = plain(message).replace(/,? received undefined$/u, '');
  return { path, message: `${String(path.at(-1))} is missing: ${expected}` };
}

/** Zod's sentences without what the place says already. */
function plain(message: string): string {
  const sentence = message.replace(/^(?:Invalid \w+|Too \w+): /u, '');
  return sentence.replace(/^Invalid discriminator value\. Expected/u, 'expected');
}

/** What was written, if it is short enough to say again. */
function showInput(input: unknown): string | undefined {
  if (typeof input === 'string') return input.length <= 60 ? JSON.stringify(input) : undefined;
  return typeof input === 'number' || typeof input === 'boolean' ? String(input) : undefined;
}
