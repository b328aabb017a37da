import { type Example, type InvariantTally } from '../explore/tally.ts';
import { aligned, wrapped } from './columns.ts';
import { renderGroupSummary } from './group-summary.ts';
import { marks } from './outcome-mark.ts';
import { type Paint } from './paint.ts';
import { replayCommand } from './replay-command.ts';
import {
  isComplete,
  stoppedWords,
  bySeverity,
  defectWords,
  outcomeOf,
  runName,
  type ScenarioResult,
  unmetWords,
} from './scenario-result.ts';
import { counted } from './sentences/sentences.ts';
import { renderInstant } from './timeline.ts';
import { renderVerdicts } from './verdict-table.ts';

/** Many runs of one scenario for a person: a line for each promise, and the first run that broke it. */
export function renderSweep(result: ScenarioResult, paint: Paint): string {
  const { scenario, question, settings, seeds, tally, unmet } = result;
  const lines = [
    `${paint.strong(scenario)}  ${question}`,
    ...[...settings].map(([name, value]) => `  ${name}=${value}`),
    '',
    `  seeds ${seeds.from}..${seeds.to}${isComplete(result) ? '' : ` (${stoppedWords(result)})`}`,
    '',
    ...renderInvariants(tally.invariants, paint),
    ...bySeverity(tally.invariants).flatMap((one) => renderExample(one, result, paint)),
    ...renderGroupSummary(tally.groups, paint),
    ...renderSituations(result, paint),
    ...unmet.map((expectation) => `  ${paint.bad(`✗ ${unmetWords(expectation)}`)}`),
    `  ${counted(tally.runs, 'run')}, ${counted(tally.events, 'event')}, fingerprint ${tally.fingerprint}`,
    '',
  ];
  return lines.join('\n');
}

function renderInvariants(invariants: readonly InvariantTally[], paint: Paint): readonly string[] {
  return renderVerdicts(
    invariants.map((tally) => {
      const outcome = outcomeOf(tally);
      const runs = runsWords(tally);
      const words = outcome === 'not promised' ? [outcome, runs].join(': ') : runs;
      return { invariant: tally.invariant, outcome, words };
    }),
    paint,
  );
}

/** In how many runs it ended how. */
export function runsWords(tally: InvariantTally): string {
  const { violated, knownDefects, brokenLegally, held, notPromised, notExercised } = tally;
  const parts: string[] = [];
  if (violated > 0) parts.push(`violated in ${counted(violated, 'run')}`);
  if (knownDefects > 0) parts.push(`broken by known bugs in ${counted(knownDefects, 'run')}`);
  if (brokenLegally > 0) parts.push(`broken in ${counted(brokenLegally, 'run')}`);
  if (held > 0) parts.push(`held in ${counted(held, 'run')}`);
  if (parts.length === 0) return `nothing to see in ${counted(notPromised + notExercised, 'run')}`;
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
    ...(firstKnownDefect === null ? [] : [`    ${defectWords(firstKnownDefect.defect)}`]),
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
    ...(never === '' ? [] : wrapped(`never: ${never}`, '  ').map((line) => paint.faint(line))),
    ...tally.neverFired.map(
      ({ fault, runs }) => `  ${paint.warning(`${fault} never began in ${counted(runs, 'run')}`)}`,
    ),
    '',
  ];
}
