import { type CaseResult } from './case-result.ts';

/** One line for each case that differs, then how many did what. */
export function report(results: readonly CaseResult[]): string {
  const lines = results.flatMap((result) => {
    if (result.outcome !== 'differs') return [];
    const { step, expected, came } = result;
    return [`${result.case}: ${step}: expected ${shown(expected)}, came ${shown(came)}`];
  });
  return [...lines, tally(results), ''].join('\n');
}

/** Why cases were not run, and how many for each reason; a line each, the most frequent first. */
export function omissions(results: readonly CaseResult[]): string {
  const counts = new Map<string, number>();
  for (const result of results) {
    if (result.outcome !== 'not modelled') continue;
    counts.set(result.reason, (counts.get(result.reason) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([, one], [, other]) => other - one);
  return byCount.map(([reason, count]) => `${count} not modelled: ${reason}\n`).join('');
}

/** `3 agree, 1 differ, 2 not modelled` */
export function tally(results: readonly CaseResult[]): string {
  const count = (outcome: CaseResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  const parts = [`${count('agrees')} agree`, `${count('differs')} differ`];
  return [...parts, `${count('not modelled')} not modelled`].join(', ');
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
