import { type InvariantTally } from '../explore/tally.ts';
import { groupCells, groupHead } from './group-summary.ts';
import { marks, type Outcome, outcomes } from './outcome-mark.ts';
import { replayCommand } from './replay-command.ts';
import {
  bySeverity,
  type Campaign,
  defectWords,
  isComplete,
  outcomeOf,
  runName,
  type ScenarioResult,
  stoppedWords,
  titleOf,
  unmetWords,
} from './scenario-result.ts';
import { counted, grouped } from './sentences/sentences.ts';
import { exampleWords, runsWords } from './sweep-report.ts';

/** A campaign for the summary page of a CI system: a table, then every breach with its replay line. */
export function campaignMarkdown({ results, notBegun }: Campaign): string {
  const lines = [
    '# kafka-trial',
    '',
    `| scenario | runs | ${outcomes.map((outcome) => `${marks[outcome].symbol} ${outcome}`).join(' | ')} |`,
    `| --- | ---: |${' ---: |'.repeat(outcomes.length)}`,
    ...results.map(tableRow),
    ...notBegun.map(
      (title) => `| ${escaped(title)} | 0 (not begun) |${' |'.repeat(outcomes.length)}`,
    ),
    '',
    ...groupTable(results),
    ...results.flatMap(renderResult),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function tableRow(result: ScenarioResult): string {
  const { runs, invariants } = result.tally;
  const counts = outcomes.map((outcome) => countOf(invariants, outcome));
  const ran = isComplete(result) ? grouped(runs) : `${grouped(runs)} (${stoppedWords(result)})`;
  return `| ${escaped(titleOf(result))} | ${ran} | ${counts.join(' | ')} |`;
}

/** How groups have fared; empty without groups. */
function groupTable(results: readonly ScenarioResult[]): readonly string[] {
  const rows = results.flatMap((result) =>
    result.tally.groups.map((tally) => [titleOf(result), ...groupCells(tally)].map(escaped)),
  );
  if (rows.length === 0) return [];
  return [
    `| scenario | ${groupHead.join(' | ')} |`,
    `| --- | --- |${' ---: |'.repeat(groupHead.length - 1)}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
    '',
  ];
}

function countOf(invariants: readonly InvariantTally[], outcome: Outcome): number {
  return invariants.filter((tally) => outcomeOf(tally) === outcome).length;
}

function renderResult(result: ScenarioResult): readonly string[] {
  const broken = result.tally.invariants.filter(
    ({ firstViolation, firstKnownDefect, firstLegalBreach }) =>
      (firstViolation ?? firstKnownDefect ?? firstLegalBreach) !== null,
  );
  if (broken.length === 0 && result.unmet.length === 0) return [];
  const { seeds, tally } = result;
  return [
    `## ${escaped(titleOf(result))}`,
    '',
    escaped(result.question),
    '',
    `${counted(tally.runs, 'run')}, seeds ${seeds.from}..${seeds.to}, fingerprint \`${tally.fingerprint}\`.`,
    '',
    ...result.unmet.map((expectation) => `- ✗ ${escaped(unmetWords(expectation))}`),
    ...(result.unmet.length === 0 ? [] : ['']),
    ...bySeverity(broken).flatMap((invariant) => renderBreach(invariant, result)),
  ];
}

function renderBreach(tally: InvariantTally, result: ScenarioResult): readonly string[] {
  const { invariant, firstViolation, firstKnownDefect, firstLegalBreach, gap } = tally;
  const example = firstViolation ?? firstKnownDefect ?? firstLegalBreach;
  if (example === null) return [];
  const outcome = outcomeOf(tally);
  const facts = [
    `promise: ${invariant.promise} (${invariant.source})`,
    runsWords(tally),
    exampleWords(example),
    ...(gap === null
      ? []
      : [`not promised: ${gap.because}`, `would be promised with: ${gap.remedy}`]),
    ...(firstKnownDefect === null ? [] : [defectWords(firstKnownDefect.defect)]),
  ];
  return [
    `### ${marks[outcome].symbol} ${invariant.id} ${escaped(invariant.name)}: ${outcome}`,
    '',
    ...facts.map((fact) => `- ${escaped(fact)}`),
    '',
    '```sh',
    replayCommand(runName(result, example.seed)),
    '```',
    '',
  ];
}

/** So that nothing in a text is taken for Markdown or HTML. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>|#]/gu, String.raw`\$&`).replaceAll('\n', ' ');
}
