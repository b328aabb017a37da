import { type RunName } from '../explore/replay-token.ts';
import { breachOf, type Judgement, type Run, traced } from '../explore/run.ts';
import { aligned } from './columns.ts';
import { plain } from './paint.ts';
import { planRows } from './plan-words.ts';
import { replayCommand } from './replay-command.ts';
import { renderBreach } from './run-report.ts';
import { counted } from './sentences/sentences.ts';

/**
 * Why a run fails a test: what it was given, what was broken, and how to see it again. A run without a
 * trace is run once more.
 */
export function renderFailure(run: Run, broken: readonly Judgement[], name: RunName): string {
  const { trace, judgements } = traced(run);
  const lines = [
    `${counted(broken.length, 'guarantee')} of ${run.plan.scenario} did not hold`,
    '',
    ...aligned(planRows(run.plan)),
    '',
    ...broken.flatMap((judgement) => {
      return renderBreach(sameOf(judgement, judgements), trace ?? [], plain);
    }),
    ...againLines(run, name),
  ];
  return lines.join('\n');
}

/** The judgement whose facts the trace has. */
function sameOf(judgement: Judgement, judgements: readonly Judgement[]): Judgement {
  const { id } = judgement.invariant;
  const same = judgements.find(({ invariant }) => invariant.id === id);
  return same === undefined || breachOf(same) === null ? judgement : same;
}

/** Models that were given in memory cannot be named. */
function againLines({ plan, models }: Run, name: RunName): readonly string[] {
  const needed = plan.clients.flatMap((client) => (client.kind === 'consumer' ? client.model : []));
  const own = [...new Set(needed)].filter((model) => Object.hasOwn(models, model));
  if (own.length === 0 || name.modelsFile !== null) return [`  again: ${replayCommand(name)}`];
  return [
    `  This run was given models of its own, ${own.join(' and ')}, which no command can name. With a file that`,
    `  exports them as \`models\`, it can be run again: ${replayCommand(name)} --models FILE`,
  ];
}
