import { type Argv } from 'yargs';
import { isPlanToken, parsePlanToken } from '../../explore/plan-token.ts';
import { parseToken } from '../../explore/replay-token.ts';
import { type Difference, verify } from '../../explore/verify.ts';
import { renderEvent } from '../../reports/timeline.ts';
import { draw } from '../../scenarios/draw.ts';
import { placesIn } from '../../scenarios/problem.ts';
import { readPlan } from '../../scenarios/read-plan.ts';
import { ConfigError } from '../../sim/config-error.ts';
import { type Plan } from '../../sim/plan.ts';
import { ExitCode } from '../exit-code.ts';
import { readText } from '../files.ts';
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

interface Arguments extends SettingArguments, CampaignArguments, RunArguments {
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
  const { run, difference } = attempt(subject.name, () => verify(plan));
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
  const isFile = given.run.endsWith('.json');
  if (isFile || isPlanToken(given.run)) {
    const [first] = settings.settings;
    if (first !== undefined) {
      throw new ConfigError(first.place, 'a plan has its own configs: edit its file (--plan FILE)');
    }
    return isFile ? planInFile(given.run) : planInToken(given.run);
  }
  const token = parseToken(given.run);
  const own = settingsOf(given.run, token.settings);
  const prepared = await prepare(
    token.scenario,
    { settings: [...own.settings, ...settings.settings], notices: settings.notices },
    terminal,
  );
  const name = { scenario: prepared.source, seed: token.seed, settings: prepared.settings };
  const { question } = prepared.scenario;
  return { plan: draw(prepared.scenario, token.seed), subject: { name, question } };
}

function planInFile(file: string): Found {
  const { content, placeOf } = parseYamlFile(readText(file), file);
  return found(file, readPlan(content, placeOf), 'A plan from a file.');
}

function planInToken(token: string): Found {
  return found(token, readPlan(parsePlanToken(token), placesIn('plan')), 'A plan from a token.');
}

function found(source: string, plan: Plan, question: string): Found {
  const name = { scenario: source, seed: null, settings: new Map<string, string>() };
  return { plan, subject: { name, question } };
}

function differenceWords({ index, first, second }: Difference, { tellPaint }: Terminal): string {
  const sides = [first, second].map((event) => (event === null ? '(ended)' : renderEvent(event)));
  return [
    tellPaint.bad(`not deterministic: the runs differ from event ${index} on`),
    ...sides.map((side, position) => `  run ${position + 1}: ${side}`),
  ].join('\n');
}
