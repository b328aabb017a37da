import { type Plan } from '../sim/plan.ts';
import { type TraceEvent } from '../sim/trace.ts';
import { type Run, runPlan } from './run.ts';

/** Where two traces part: the index, and what each has there. */
export interface Difference {
  readonly index: number;
  readonly first: TraceEvent | null;
  readonly second: TraceEvent | null;
}

/** Runs a plan twice. The difference is null if both runs are the same event by event. */
export function verify(
  plan: Plan,
  models: Run['models'] = {},
): { readonly run: Run; readonly difference: Difference | null } {
  const run = runPlan(plan, { isTracing: true, models });
  const again = runPlan(plan, { isTracing: true, models });
  const difference = firstDifference(run.trace ?? [], again.trace ?? []);
  if (difference !== null || run.fingerprint === again.fingerprint) return { run, difference };
  // The traces leave out what the fingerprint has seen: the end is the nearest place to name.
  const end = run.trace?.at(-1) ?? null;
  return { run, difference: { index: end?.index ?? 0, first: end, second: end } };
}

/** The first event that is not the same in both. */
export function firstDifference(
  first: readonly TraceEvent[],
  second: readonly TraceEvent[],
): Difference | null {
  const length = Math.max(first.length, second.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [first[index] ?? null, second[index] ?? null];
    if (JSON.stringify(one) !== JSON.stringify(other)) return { index, first: one, second: other };
  }
  return null;
}
