import { type RunName } from '../explore/replay-token.ts';
import { type Run, runPlan } from '../explore/run.ts';
import { tallyOf } from '../explore/tally.ts';
import { runJson } from '../reports/json.ts';
import { renderRun } from '../reports/run-report.ts';
import { type Campaign } from '../reports/scenario-result.ts';
import { ConfigError } from '../sim/config-error.ts';
import { type Plan } from '../sim/plan.ts';
import { DefectFound } from './defect-found.ts';
import { type ExitCode, exitCodeOfRun } from './exit-code.ts';
import { version } from './package-root.ts';
import {
  type CampaignArguments,
  isForPrograms,
  type RunArguments,
  writeCampaign,
  writeRun,
} from './report-options.ts';
import { type Terminal } from './terminal.ts';

/** What a run is called, and asked, and has of its own. */
export interface Subject {
  readonly name: RunName;
  readonly question: string;
  readonly models: Run['models'];
}

/**
 * Runs something of a plan with its trace.
 * @throws {DefectFound} If the simulator fails.
 */
export function attempt<T>(name: RunName, runs: () => T): T {
  try {
    return runs();
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new DefectFound(name, details);
  }
}

/** Runs a plan and shows the run. */
export function runAndShow(
  plan: Plan,
  subject: Subject,
  given: CampaignArguments & RunArguments,
  terminal: Terminal,
): ExitCode {
  const run = attempt(subject.name, () =>
    runPlan(plan, { isTracing: true, models: subject.models }),
  );
  return show(run, subject, given, terminal);
}

/** Shows a run, and writes the files that were asked for. */
export function show(
  run: Run,
  { name, question }: Omit<Subject, 'models'>,
  given: CampaignArguments & RunArguments,
  terminal: Terminal,
): ExitCode {
  writeRun(run, given, terminal);
  writeCampaign(campaignOf(run, { name, question }, given.strict), given, terminal, () =>
    runJson(run, name, version),
  );
  if (!isForPrograms(given)) terminal.print(renderRun(run, name, question, terminal.paint));
  return exitCodeOfRun(run, given.strict);
}

/** A single run as the campaign that other reports are made of. */
function campaignOf(
  run: Run,
  { name, question }: Omit<Subject, 'models'>,
  isStrict: boolean,
): Campaign {
  const seed = Number(run.plan.seed);
  return {
    version,
    isStrict,
    results: [
      {
        scenario: name.scenario,
        question,
        settings: name.settings,
        modelsFile: name.modelsFile,
        isPlan: name.seed === null,
        seeds: { from: seed, to: seed },
        asked: { from: seed, to: seed },
        tally: { ...tallyOf(seed, run), fingerprint: run.fingerprint },
        unmet: [],
      },
    ],
    notBegun: [],
  };
}
