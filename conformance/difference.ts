import { type Difference } from './case-result.ts';
import { firstDifference } from './json.ts';

/** The first difference of two JSON values, as one of the step of that name. */
export function differenceAt(
  step: string,
  expected: unknown,
  came: unknown,
): Difference | undefined {
  const found = firstDifference(expected, came);
  if (found === undefined) return undefined;
  const at = found.pointer === '' ? '' : ` at ${found.pointer}`;
  return { step: `${step}${at}`, expected: found.expected, came: found.came };
}
