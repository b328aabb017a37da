import { type Argv } from 'yargs';
import { loadModels } from '../../explore/models-file.ts';
import { draw } from '../../scenarios/draw.ts';
import { ConfigError } from '../../sim/config-error.ts';
import { type ExitCode } from '../exit-code.ts';
import { type ModelsArguments, modelsOption } from '../models-option.ts';
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

interface Arguments extends SettingArguments, ModelsArguments, CampaignArguments, RunArguments {
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
        .option('models', modelsOption)
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
  const { models: modelsFile = null } = given;
  const prepared = await prepare(given.scenario, { ...givenSettings(given), modelsFile }, terminal);
  const { source, scenario, settings, modelFiles } = prepared;
  const name = { scenario: source, seed, settings, modelsFile };
  const subject = { name, question: scenario.question, models: await loadModels(modelFiles) };
  return runAndShow(draw(scenario, seed), subject, given, terminal);
}

function parseSeed(text: string): number {
  if (/^\d{1,15}$/u.test(text)) return Number(text);
  const problem = `expected a whole number of at most 15 digits, not ${text}`;
  throw new ConfigError('--seed', `${problem}; \`kafka-trial sweep\` takes many`);
}
