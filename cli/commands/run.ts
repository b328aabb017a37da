import { type Argv } from 'yargs';
import { draw } from '../../scenarios/draw.ts';
import { ConfigError } from '../../sim/config-error.ts';
import { type ExitCode } from '../exit-code.ts';
import { prepare } from '../prepare.ts';
import {
  type CampaignArguments,
  campaignOptions,
  checkReportFiles,
  type RunArguments,
  runOptions,
} from '../report-options.ts';
import { givenSettings, type SettingArguments, settingOptions } from '../settings-options.ts';
import { runAndShow } from '../show-run.ts';
import { type Terminal } from '../terminal.ts';
import { type Session } from './session.ts';

interface Arguments extends SettingArguments, CampaignArguments, RunArguments {
  readonly scenario: string;
  readonly seed: string;
}

/** `run SCENARIO`: one seed, with everything that happened. */
export function addRun(cli: Argv, session: Session): Argv {
  return cli.command(
    'run <scenario>',
    'Run a scenario with one seed, and show what happened',
    (command) =>
      command
        .positional('scenario', {
          type: 'string',
          demandOption: true,
          describe: 'One of `kafka-trial list`, or a .yaml or .ts file',
        })
        .option('seed', { type: 'string', default: '1', requiresArg: true, describe: 'The seed' })
        .options(settingOptions)
        .options(campaignOptions)
        .options(runOptions),
    async (given) => {
      session.exitCode = await run(given, session.terminal);
    },
  );
}

async function run(given: Arguments, terminal: Terminal): Promise<ExitCode> {
  const seed = parseSeed(given.seed);
  checkReportFiles(given);
  const { source, scenario, settings } = await prepare(
    given.scenario,
    givenSettings(given),
    terminal,
  );
  const name = { scenario: source, seed, settings };
  const { question } = scenario;
  return runAndShow(draw(scenario, seed), { name, question }, given, terminal);
}

function parseSeed(text: string): number {
  if (/^\d{1,15}$/u.test(text)) return Number(text);
  const problem = `expected a whole number of at most 15 digits, not ${text}`;
  throw new ConfigError('--seed', `${problem}; \`kafka-trial sweep\` takes many`);
}
