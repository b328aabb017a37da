import { availableParallelism } from 'node:os';
import { type Argv } from 'yargs';
import { parseSeeds } from '../../explore/seed-range.ts';
import { printToken } from '../../explore/replay-token.ts';
import { WorkerPool } from '../../explore/worker-pool.ts';
import { ConfigError } from '../../sim/config-error.ts';
import { type ScenarioResult } from '../../reports/scenario-result.ts';
import { renderSweep } from '../../reports/sweep-report.ts';
import { type ExitCode, exitCodeOfResults } from '../exit-code.ts';
import { onInterrupt } from '../interrupt.ts';
import { version } from '../package-root.ts';
import { type ModelsArguments, modelsOption } from '../models-option.ts';
import { prepare } from '../prepare.ts';
import {
  type CampaignArguments,
  campaignOptions,
  checkReportFiles,
  isForPrograms,
  writeCampaign,
} from '../report-options.ts';
import { runSweep } from '../run-sweep.ts';
import { givenSettings, type SettingArguments, settingOptions } from '../settings-options.ts';
import { type Terminal } from '../terminal.ts';
import { type Session } from './session.ts';

interface Arguments extends SettingArguments, ModelsArguments, CampaignArguments {
  readonly scenarios: readonly string[];
  readonly seeds: string;
  readonly workers: number;
}

/** `sweep SCENARIO…`: many seeds on all cores. */
export function addSweep(cli: Argv, session: Session): Argv {
  return cli.command(
    'sweep <scenarios..>',
    'Run scenarios with many seeds, and show which promises held',
    (command) =>
      command
        .positional('scenarios', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Of `kafka-trial list`, or .yaml or .ts files',
        })
        .option('seeds', {
          type: 'string',
          default: '1..100',
          requiresArg: true,
          describe: 'From the first to the last',
        })
        .option('workers', workersOption)
        .option('models', modelsOption)
        .options(settingOptions)
        .options(campaignOptions),
    async (given) => {
      session.exitCode = await sweepAll(given, session.terminal);
    },
  );
}

export const workersOption = {
  type: 'number',
  default: availableParallelism(),
  defaultDescription: 'one a core',
  requiresArg: true,
  describe: 'How many threads',
} as const;

async function sweepAll(given: Arguments, terminal: Terminal): Promise<ExitCode> {
  const seeds = parseSeeds(given.seeds, '--seeds');
  const settings = { ...givenSettings(given), modelsFile: given.models ?? null };
  checkReportFiles(given);
  const prepared = [];
  for (const name of given.scenarios) prepared.push(await prepare(name, settings, terminal));
  const pool = new WorkerPool(workersOf(given));
  const interrupt = onInterrupt(terminal);
  const results: ScenarioResult[] = [];
  const notBegun: string[] = [];
  try {
    for (const scenario of prepared) {
      const { signal } = interrupt;
      const result = signal.aborted
        ? null
        : await runSweep(scenario, seeds, { pool, signal, terminal });
      if (result === null) {
        notBegun.push(printToken({ ...scenario, scenario: scenario.source, seed: null }));
        continue;
      }
      results.push(result);
      if (!isForPrograms(given)) terminal.print(renderSweep(result, terminal.paint));
    }
  } finally {
    interrupt.stop();
    await pool.close();
  }
  writeCampaign({ version, isStrict: given.strict, results, notBegun }, given, terminal);
  return exitCodeOfResults(results, given.strict);
}

/** @throws {ConfigError} If there can be no such pool. */
export function workersOf({ workers }: { readonly workers: number }): number {
  if (Number.isInteger(workers) && workers >= 1 && workers <= 256) return workers;
  throw new ConfigError('--workers', 'expected a number from 1 to 256');
}
