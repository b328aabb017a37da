import { breachOf, type Judgement, type Run } from '../explore/run.ts';
import { type RunName } from '../explore/replay-token.ts';
import { type Violation } from '../invariants/invariant.ts';
import { type Fact, type TraceEvent } from '../sim/trace.ts';
import { aligned } from './columns.ts';
import { renderGroups } from './group-table.ts';
import { marks } from './outcome-mark.ts';
import { type Paint } from './paint.ts';
import { planRows } from './plan-words.ts';
import { renderRebalances } from './rebalance-table.ts';
import { replayCommand } from './replay-command.ts';
import { defectWords } from './scenario-result.ts';
import { counted, grouped, when } from './sentences/sentences.ts';
import { renderEvent, renderTimeline } from './timeline.ts';
import { renderVerdicts } from './verdict-table.ts';

/** Facts that prove a breach are few; of long lists the last ones are shown. */
const mostEvidence = 8;

/** One run for a person: what it was given, what happened, what that says, and how to see it again. */
export function renderRun(run: Run, name: RunName, question: string, paint: Paint): string {
  const lines = [
    `${paint.strong(run.plan.scenario)}  ${question}`,
    '',
    ...aligned(planRows(run.plan)),
    '',
    paint.faint('    seconds  node           what'),
    ...renderTimeline(run.trace ?? [], paint),
    '',
    ...renderGroups(run.groups, paint),
    ...renderRebalances(run.rebalances, paint),
    ...renderJudgements(run, paint),
    ...renderBreaches(run, paint),
    `  ${counted(run.events, 'event')}, ${counted(run.messages, 'message')}, fingerprint ${run.fingerprint}`,
    `  again: ${paint.strong(replayCommand(name))}`,
    '',
  ];
  return lines.join('\n');
}

function renderJudgements({ judgements }: Run, paint: Paint): readonly string[] {
  return renderVerdicts(
    judgements.map(({ invariant, outcome, exercised }) => {
      const tested = when(exercised > 0, `, put to the test ${counted(exercised, 'time')}`);
      return { invariant, outcome, words: `${outcome}${tested}` };
    }),
    paint,
  );
}

/** What was broken, promised or not, with what proves it. */
function renderBreaches(run: Run, paint: Paint): readonly string[] {
  return run.judgements.flatMap((judgement) => renderBreach(judgement, run.trace ?? [], paint));
}

/** What broke an invariant first, with what proves it; empty if nothing did. */
export function renderBreach(
  judgement: Judgement,
  trace: readonly TraceEvent[],
  paint: Paint,
): readonly string[] {
  const breach = breachOf(judgement);
  if (breach === null) return [];
  const { invariant, outcome, violations, legalBreaches, kinds } = judgement;
  const { symbol, colour } = marks[outcome];
  const times = Math.max(violations, legalBreaches);
  const title = `${symbol} ${invariant.id} ${invariant.name}: ${outcome}`;
  return [
    `  ${paint[colour](title)}${times > 1 ? `, ${grouped(times)} times; the first:` : ''}`,
    `    ${breach.message}`,
    `    ${paint.faint(`promise: ${invariant.promise} (${invariant.source})`)}`,
    ...explanation(judgement).map((line) => `    ${line}`),
    ...(kinds.length === 0 ? [] : [`    in all: ${kindsOf(kinds)}`]),
    ...evidenceLines(breach, trace, paint),
    '',
  ];
}

/** `3 skipped, 20 repeated` */
function kindsOf(kinds: Judgement['kinds']): string {
  return kinds.map(({ kind, count }) => `${grouped(count)} ${kind}`).join(', ');
}

/** Why a breach is no violation, or no new one. */
function explanation({
  because,
  whichSettingWouldPromiseIt,
  defect,
}: Judgement): readonly string[] {
  const lines: string[] = [];
  if (because !== null) lines.push(`not promised: ${because}`);
  if (whichSettingWouldPromiseIt !== null) {
    lines.push(`would be promised with: ${whichSettingWouldPromiseIt}`);
  }
  if (defect !== null) lines.push(defectWords(defect));
  return lines;
}

function evidenceLines(
  { evidence }: Violation,
  trace: readonly TraceEvent[],
  paint: Paint,
): readonly string[] {
  const events = new Map<Fact, TraceEvent>(trace.map((event) => [event.fact, event]));
  return evidence.facts.slice(-mostEvidence).flatMap((fact) => {
    const event = events.get(fact);
    return event === undefined ? [] : [`  ${renderEvent(event, paint)}`];
  });
}
