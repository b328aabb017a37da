import { type Run } from '../explore/run.ts';
import { campaignJson } from '../reports/json.ts';
import { traceLines } from '../reports/json.ts';
import { campaignJunit } from '../reports/junit.ts';
import { campaignMarkdown } from '../reports/markdown.ts';
import { type Campaign } from '../reports/scenario-result.ts';
import { checkWritable, writeAtomically } from './files.ts';
import { type Terminal } from './terminal.ts';

/** Options for reports of any number of runs. `-` is standard output, in place of the console report. */
export const campaignOptions = {
  json: {
    type: 'string',
    requiresArg: true,
    describe: 'Write the results as JSON to a file, or -',
  },
  junit: { type: 'string', requiresArg: true, describe: 'Write JUnit XML to a file' },
  markdown: { type: 'string', requiresArg: true, describe: 'Write a Markdown summary to a file' },
  strict: {
    type: 'boolean',
    default: false,
    describe: 'Count bugs that Kafka 4.3.1 is known to have as failures',
  },
} as const;

/** Options for what is kept of a single run. */
export const runOptions = {
  trace: { type: 'string', requiresArg: true, describe: 'Write every event to a file (NDJSON)' },
  plan: { type: 'string', requiresArg: true, describe: 'Write the plan to a file, for replay' },
} as const;

/** As yargs reads `campaignOptions`. */
export interface CampaignArguments {
  readonly json?: string | undefined;
  readonly junit?: string | undefined;
  readonly markdown?: string | undefined;
  readonly strict: boolean;
}

/** As yargs reads `runOptions`. */
export interface RunArguments {
  readonly trace?: string | undefined;
  readonly plan?: string | undefined;
}

/** @throws {ConfigError} If a report could not be written; better before the runs than after them. */
export function checkReportFiles({ json, ...files }: CampaignArguments & RunArguments): void {
  if (json !== undefined && json !== '-') checkWritable('--json', json);
  for (const name of ['junit', 'markdown', 'trace', 'plan'] as const) {
    const file = files[name];
    if (file !== undefined) checkWritable(`--${name}`, file);
  }
}

/** Writes what was asked for. `json` has the text, where it is not that of the campaign. */
export function writeCampaign(
  campaign: Campaign,
  given: CampaignArguments,
  terminal: Terminal,
  json: () => string = () => campaignJson(campaign),
): void {
  if (given.json === '-') terminal.print(json().trimEnd());
  else if (given.json !== undefined) writeText(given.json, json(), terminal);
  if (given.junit !== undefined) writeText(given.junit, campaignJunit(campaign), terminal);
  if (given.markdown !== undefined) writeText(given.markdown, campaignMarkdown(campaign), terminal);
}

/** Writes what was asked for of a single run. */
export function writeRun(run: Run, { trace, plan }: RunArguments, terminal: Terminal): void {
  if (trace !== undefined) {
    writeAtomically(trace, traceLines(run));
    told(trace, terminal);
  }
  if (plan !== undefined) writeText(plan, `${JSON.stringify(run.plan, undefined, 2)}\n`, terminal);
}

/** Whether the console report has to make room for JSON. */
export function isForPrograms({ json }: CampaignArguments): boolean {
  return json === '-';
}

function writeText(file: string, text: string, terminal: Terminal): void {
  writeAtomically(file, [text]);
  told(file, terminal);
}

function told(file: string, terminal: Terminal): void {
  terminal.tell(terminal.tellPaint.faint(`written: ${file}`));
}
