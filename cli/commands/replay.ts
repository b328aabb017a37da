import { type Argv } from 'yargs';
import { loadModels } from '../../explore/models-file.ts';
import { isPlanToken, parsePlanToken } from '../../explore/plan-token.ts';
import { parseToken } from '../../explore/replay-token.ts';
import { type Difference, verify } from '../../explore/verify.ts';
import { renderEvent } from '../../reports/timeline.ts';
import { draw } from '../../scenarios/draw.ts';
import { readPlan } from '../../scenarios/read-plan.ts';
import { ConfigError } from '../../sim/config-error.ts';
import { type Plan } from '../../sim/plan.ts';
import { ExitCode } from '../exit-code.ts';
import { readText } from '../files.ts';
import { type ModelsArguments, modelsOption } from '../models-option.ts';
import { prepare, settingsOf } from '../prepare.ts';
import {
  type CampaignArguments,
  campaignOptions,
  checkReportFiles,
  type RunArguments,
  runOptions,
} from '../report-options.ts';
import { givenSettings, type SettingArguments, settingOptions } from '../settings-options.ts';
import { attempt, runAndShow, show, type Subject } from '../show-run.ts';
import { type Terminal } from '../terminal.ts';
import { parseYamlFile } from '../yaml-places.ts';
import { type Session } from './session.ts';

interface Arguments extends SettingArguments, ModelsArguments, CampaignArguments, RunArguments {
  readonly run: string;
  readonly verify: boolean;
}

/** `replay TOKEN|PLAN`: a run again, as a report named it. */
export function addReplay(cli: Argv, session: Session): Argv {
  return cli.command(
    'replay <run>',
    'Run again what a report names, and show what happened',
    (command) =>
      command
        .positional('run', {
          type: 'string',
          demandOption: true,
          describe:
            'leader-crash@7, leader-crash@7,producer.acks=1, plan:…, or the .json file of a plan',
        })
        .option('verify', {
          type: 'boolean',
          default: false,
          describe: 'Run it twice, and find the first event that differs',
        })
        .option('models', modelsOption)
        .options(settingOptions)
        .options(campaignOptions)
        .options(runOptions),
    async (given) => {
      session.exitCode = await replay(given, session.terminal);
    },
  );
}

async function replay(given: Arguments, terminal: Terminal): Promise<ExitCode> {
  const { plan, subject } = await find(given, terminal);
  checkReportFiles(given);
  if (!given.verify) return runAndShow(plan, subject, given, terminal);
  const { run, difference } = attempt(subject.name, () => verify(plan, subject.models));
  const exitCode = show(run, subject, given, terminal);
  if (difference === null) {
    terminal.tell(terminal.tellPaint.good('verified: both runs are the same, event by event'));
    return exitCode;
  }
  terminal.tell(differenceWords(difference, terminal));
  return ExitCode.notDeterministic;
}

interface Found {
  readonly plan: Plan;
  readonly subject: Subject;
}

async function find(given: Arguments, terminal: Terminal): Promise<Found> {
  const settings = givenSettings(given);
  const { models: modelsFile = null } = given;
  const isFile = given.run.endsWith('.json');
  if (isFile || isPlanToken(given.run)) {
    const [first] = settings.settings;
    if (first !== undefined) {
      throw new ConfigError(first.place, 'a plan has its own configs: edit its file (--plan FILE)');
    }
    const plan = isFile ? planInFile(given.run) : planInToken(given.run);
    const name = {
      scenario: given.run,
      seed: null,
      settings: new Map<string, string>(),
      modelsFile,
    };
    const question = `A plan from a ${isFile ? 'file' : 'token'}.`;
    const models = await loadModels(modelsFile === null ? [] : [modelsFile]);
    return { plan, subject: { name, question, models } };
  }
  const token = parseToken(given.run);
  const own = settingsOf(given.run, token.settings);
  const prepared = await prepare(
    token.scenario,
    { settings: [...own.settings, ...settings.settings], notices: settings.notices, modelsFile },
    terminal,
  );
  const { scenario, source, modelFiles } = prepared;
  const name = { scenario: source, seed: token.seed, settings: prepared.settings, modelsFile };
  const subject = { name, question: scenario.question, models: await loadModels(modelFiles) };
  return { plan: draw(scenario, token.seed), subject };
}

function planInFile(file: string): Plan {
  const { content, placeOf } = parseYamlFile(readText(file), file);
  return readPlan(content, placeOf);
}

function planInToken(token: string): Plan {
  return readPlan(parsePlanToken(token));
}

function differenceWords({ index, first, second }: Difference, { tellPaint }: Terminal): string {
  const sides = [first, second].map((event) => (event === null ? '(ended)' : renderEvent(event)));
  return [
    tellPaint.bad(`not deterministic: the runs differ from event ${index} on`),
    ...sides.map((side, position) => `  run ${position + 1}: ${side}`),
  ].join('\n');
}
