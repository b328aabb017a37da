import { fileURLToPath } from 'node:url';
import { type Argv } from 'yargs';
import { parseSeeds, type SeedRange } from '../../explore/seed-range.ts';
import { WorkerPool } from '../../explore/worker-pool.ts';
import { type Candidate, renderGuarantees } from '../../reports/guarantees-report.ts';
import { legend } from '../../reports/outcome-mark.ts';
import { replayCommand } from '../../reports/replay-command.ts';
import { runName } from '../../reports/scenario-result.ts';
import { counted } from '../../reports/sentences/sentences.ts';
import { exampleWords } from '../../reports/sweep-report.ts';
import { ExitCode, exitCodeOfResults } from '../exit-code.ts';
import { onInterrupt } from '../interrupt.ts';
import { packageRoot } from '../package-root.ts';
import { prepare } from '../prepare.ts';
import { runSweep, type SweepSession } from '../run-sweep.ts';
import { givenSettings } from '../settings-options.ts';
import { type Terminal } from '../terminal.ts';
import { type Session } from './session.ts';
import { workersOf, workersOption } from './sweep.ts';

const scenario = 'leader-crash';
const producers = ['acks-1', 'safe'];

/** `demo`: two producers in front of the same crashes. */
export function addDemo(cli: Argv, session: Session): Argv {
  return cli.command(
    'demo',
    'See what two producer configs promise, and what they lose, when a leader crashes',
    (command) =>
      command
        .option('seeds', {
          type: 'string',
          default: '1..300',
          requiresArg: true,
          describe: 'From the first to the last',
        })
        .option('workers', workersOption),
    async (given) => {
      const seeds = parseSeeds(given.seeds, '--seeds');
      session.exitCode = await demo(seeds, workersOf(given), session.terminal);
    },
  );
}

async function demo(seeds: SeedRange, workers: number, terminal: Terminal): Promise<ExitCode> {
  const pool = new WorkerPool(workers);
  const interrupt = onInterrupt(terminal);
  const candidates: Candidate[] = [];
  try {
    const session = { pool, signal: interrupt.signal, terminal };
    for (const name of producers) {
      const candidate = await sweepWith(`${name}.properties`, seeds, session);
      if (candidate === undefined) return ExitCode.inconclusive;
      candidates.push(candidate);
    }
  } finally {
    interrupt.stop();
    await pool.close();
  }
  terminal.print(render(candidates, terminal));
  return exitCodeOfResults(
    candidates.map(({ result }) => result),
    false,
  );
}

async function sweepWith(
  file: string,
  seeds: SeedRange,
  session: SweepSession,
): Promise<Candidate | undefined> {
  const path = fileURLToPath(new URL(`scenarios/configs/${file}`, packageRoot));
  const settings = givenSettings({ 'producer-config': path });
  const prepared = await prepare(scenario, { ...settings, modelsFile: null }, session.terminal);
  const result = await runSweep(prepared, seeds, session);
  return result === null ? undefined : { name: file, result };
}

function render(candidates: readonly Candidate[], { paint }: Terminal): string {
  const [first] = candidates;
  if (first === undefined) return '';
  const { question, tally } = first.result;
  return [
    `${paint.strong(scenario)}  ${question}`,
    `${counted(tally.runs, 'run')} with each producer config, Apache Kafka 4.3.1 as released`,
    '',
    renderGuarantees(candidates, paint),
    `  ${legend(paint)}`,
    '',
    ...candidates.flatMap((candidate) => firstLoss(candidate)),
    `Your own: npx kafka-trial sweep ${scenario} --producer-config your.properties`,
  ].join('\n');
}

/** The first run that lost an acknowledged record, as a person would tell it. */
function firstLoss({ name, result }: Candidate): readonly string[] {
  const loss = result.tally.invariants.find(({ invariant }) => invariant.id === 'C3');
  const example = loss?.firstViolation ?? loss?.firstLegalBreach;
  if (example === undefined || example === null) return [];
  const gap = loss?.gap ?? null;
  return [
    `The first loss with ${name}: ${exampleWords(example)}`,
    ...(gap === null ? [] : [`  allowed: ${gap.because}`, `  what would forbid it: ${gap.remedy}`]),
    `  see it: ${replayCommand(runName(result, example.seed))}`,
    '',
  ];
}
