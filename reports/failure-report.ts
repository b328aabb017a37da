import { type RunName } from '../explore/replay-token.ts';
import { type Judgement, type Run } from '../explore/run.ts';
import { aligned } from './columns.ts';
import { plain } from './paint.ts';
import { planRows } from './plan-words.ts';
import { replayCommand } from './replay-command.ts';
import { renderBreach } from './run-report.ts';
import { counted } from './sentences/sentences.ts';

/** Why a run fails a test: what it was given, what was broken, and how to see it again. */
export function renderFailure(run: Run, broken: readonly Judgement[], name: RunName): string {
  const lines = [
    `${counted(broken.length, 'guarantee')} of ${run.plan.scenario} did not hold`,
    '',
    ...aligned(planRows(run.plan)),
    '',
    ...broken.flatMap((judgement) => renderBreach(judgement, run.trace ?? [], plain)),
    `  again: ${replayCommand(name)}`,
  ];
  return lines.join('\n');
}
