import { type Example, type InvariantTally } from '../explore/tally.ts';
import { aligned } from './columns.ts';
import { legend, marks, outcomes } from './outcome-mark.ts';
import { type Paint } from './paint.ts';
import { replayCommand } from './replay-command.ts';
import { outcomeOf, runName, type ScenarioResult, unmetWords } from './scenario-result.ts';
import { counted, grouped } from './sentences/sentences.ts';
import { renderInstant } from './timeline.ts';

/** Many runs of one scenario for a person: a line for each promise, and the first run that broke it. */
export function renderSweep(result: ScenarioResult, paint: Paint): string {
  const { scenario, question, settings, seeds, isComplete, tally, unmet } = result;
  const lines = [
    `${paint.strong(scenario)}  ${question}`,
    ...[...settings].map(([name, value]) => `  ${name}=${value}`),
    '',
    `  seeds ${seeds.from}..${seeds.to}${isComplete ? '' : ' (stopped there)'}`,
    '',
    ...renderInvariants(tally.invariants, paint),
    '',
    `  ${legend(paint)}`,
    '',
    ...tally.invariants.flatMap((invariant) => renderExample(invariant, result, paint)),
    ...renderSituations(result, paint),
    ...unmet.map((expectation) => `  ${paint.bad(`✗ ${unmetWords(expectation)}`)}`),
    `  ${counted(tally.runs, 'run')}, ${counted(tally.events, 'event')}, fingerprint ${tally.fingerprint}`,
    '',
  ];
  return lines.join('\n');
}

function renderInvariants(invariants: readonly InvariantTally[], paint: Paint): readonly string[] {
  const sorted = outcomes.flatMap((outcome) =>
    invariants.filter((tally) => outcomeOf(tally) === outcome),
  );
  const lines = aligned(
    sorted.map((tally) => {
      const outcome = outcomeOf(tally);
      const { invariant } = tally;
      return [marks[outcome].symbol, invariant.id, outcome, invariant.name, runsWords(tally)];
    }),
  );
  return lines.map((line, index) => {
    const tally = sorted[index];
    return tally === undefined ? line : paint[marks[outcomeOf(tally)].colour](line);
  });
}

/** In how many runs it ended how. */
export function runsWords(tally: InvariantTally): string {
  const { violated, knownDefects, brokenLegally, held } = tally;
  const parts: string[] = [];
  if (violated > 0) parts.push(`violated in ${counted(violated, 'run')}`);
  if (knownDefects > 0) parts.push(`broken by known bugs in ${counted(knownDefects, 'run')}`);
  if (brokenLegally > 0) parts.push(`broken in ${counted(brokenLegally, 'run')}`);
  if (held > 0) parts.push(`held in ${counted(held, 'run')}`);
  return parts.join(', ');
}

function renderExample(
  tally: InvariantTally,
  result: ScenarioResult,
  paint: Paint,
): readonly string[] {
  const { invariant, firstViolation, firstKnownDefect, firstLegalBreach, gap } = tally;
  const example = firstViolation ?? firstKnownDefect ?? firstLegalBreach;
  if (example === null) return [];
  const { symbol, colour } = marks[outcomeOf(tally)];
  return [
    `  ${paint[colour](`${symbol} ${invariant.id} ${invariant.name}: ${outcomeOf(tally)}`)}`,
    `    ${exampleWords(example)}`,
    `    ${paint.faint(`promise: ${invariant.promise} (${invariant.source})`)}`,
    ...(gap === null ? [] : [`    not promised: ${gap.because}`, `    would be: ${gap.remedy}`]),
    ...(firstKnownDefect === null ? [] : [`    known bug ${firstKnownDefect.defect.ticket}`]),
    `    again: ${paint.strong(replayCommand(runName(result, example.seed)))}`,
    '',
  ];
}

/** `seed 7 at 4.213482 s: record 412 …` */
export function exampleWords({ seed, at, message }: Example): string {
  return `seed ${seed} at ${renderInstant(at).trim()} s: ${message}`;
}

function renderSituations({ tally }: ScenarioResult, paint: Paint): readonly string[] {
  const reached = tally.situations.filter(({ runs }) => runs > 0);
  const missed = tally.situations.filter(({ runs }) => runs === 0);
  const lines = aligned(
    reached.map(({ situation, runs, what }) => [situation, `in ${counted(runs, 'run')}`, what]),
  );
  const never = missed.map(({ situation }) => situation).join(', ');
  return [
    ...lines,
    ...(never === '' ? [] : [`  ${paint.faint(`never: ${never}`)}`]),
    ...tally.neverFired.map(
      ({ fault, runs }) => `  ${paint.warning(`${fault} never began in ${grouped(runs)} runs`)}`,
    ),
    '',
  ];
}
