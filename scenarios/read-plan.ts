import { ConfigError } from '../sim/config-error.ts';
import { type Plan } from '../sim/plan.ts';
import { configProblems, configsOfPlan } from './check/config-problems.ts';
import { issueProblem } from './check/issue-problem.ts';
import { planProblems } from './check/plan-problems.ts';
import { planSchema } from './plan-schema.ts';
import { type PlaceOf, placesIn } from './problem.ts';

/**
 * Reads a plan that was kept as a file, and perhaps edited.
 * @throws {ConfigError} With the place of the first mistake.
 */
export function readPlan(written: unknown, placeOf: PlaceOf = placesIn('plan')): Plan {
  const read = planSchema.safeParse(written, { reportInput: true });
  const problems = read.success
    ? [...planProblems(read.data), ...configProblems(configsOfPlan(read.data))]
    : read.error.issues.map(issueProblem);
  for (const { path, message } of problems) throw new ConfigError(placeOf(path), message);
  if (!read.success) throw read.error;
  return read.data;
}
