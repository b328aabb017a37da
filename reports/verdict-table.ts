import { type Judgement } from '../explore/run.ts';
import { aligned } from './columns.ts';
import { legend, marks, type Outcome, outcomes } from './outcome-mark.ts';
import { type Paint } from './paint.ts';

/** What is to be said of one invariant. */
export interface VerdictLine {
  readonly invariant: Judgement['invariant'];
  readonly outcome: Outcome;
  readonly words: string;
}

/** A line for each invariant, the most serious first; those never put to the test share one. */
export function renderVerdicts(verdicts: readonly VerdictLine[], paint: Paint): readonly string[] {
  const shown = outcomes.flatMap((outcome) =>
    verdicts.filter((verdict) => verdict.outcome === outcome && outcome !== 'not exercised'),
  );
  const rows = shown.map(({ invariant, outcome, words }) => {
    return [marks[outcome].symbol, invariant.id, invariant.name, words];
  });
  const lines = aligned(rows).map((line, index) => {
    const outcome = shown[index]?.outcome ?? 'held';
    return paint[marks[outcome].colour](line);
  });
  return [...lines, ...untested(verdicts, paint), '', `  ${legend(paint)}`, ''];
}

function untested(verdicts: readonly VerdictLine[], paint: Paint): readonly string[] {
  const ids = verdicts
    .filter(({ outcome }) => outcome === 'not exercised')
    .map(({ invariant }) => invariant.id);
  if (ids.length === 0) return [];
  return [paint.faint(`  ${marks['not exercised'].symbol}  not exercised: ${ids.join(' ')}`)];
}
