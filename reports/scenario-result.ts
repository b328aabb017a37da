import { type Unmet } from '../explore/expectations.ts';
import { type KnownDefect } from '../explore/known-defects.ts';
import { printToken, type RunName } from '../explore/replay-token.ts';
import { type SeedRange } from '../explore/seed-range.ts';
import { type InvariantTally, type Tally } from '../explore/tally.ts';
import { type Outcome, outcomes } from './outcome-mark.ts';

/** What many runs of one scenario have shown, and what is needed to say it. */
export interface ScenarioResult {
  /** As a person named it: a shipped scenario, or the path of a file. */
  readonly scenario: string;
  readonly question: string;
  readonly settings: RunName['settings'];
  readonly modelsFile: RunName['modelsFile'];
  /** Whether `scenario` is the file of a plan, which has its own seed. */
  readonly isPlan: boolean;
  readonly seeds: SeedRange;
  /** More than `seeds` if it was stopped. */
  readonly asked: SeedRange;
  readonly tally: Tally;
  readonly unmet: readonly Unmet[];
}

/** Several scenarios: what all reports are made of. */
export interface Campaign {
  readonly version: string;
  /** Known bugs of Kafka count as failures. */
  readonly isStrict: boolean;
  readonly results: readonly ScenarioResult[];
  /** Scenarios that were asked for, and stopped before their first run. */
  readonly notBegun: readonly string[];
}

/** Whether all seeds were run. */
export function isComplete({ seeds, asked }: ScenarioResult): boolean {
  return seeds.to === asked.to;
}

/** What is missing of a scenario that was stopped. */
export function stoppedWords({ seeds, asked }: ScenarioResult): string {
  return `stopped at seed ${seeds.to} of ${asked.from}..${asked.to}`;
}

/** What all runs together say of an invariant: the most serious of their outcomes. */
export function outcomeOf(tally: InvariantTally): Outcome {
  if (tally.violated > 0) return 'violated';
  if (tally.knownDefects > 0) return 'known defect';
  if (tally.brokenLegally > 0) return 'not promised';
  if (tally.held > 0) return 'held';
  return tally.notPromised > 0 ? 'not promised' : 'not exercised';
}

/** The most serious first. */
export function bySeverity(tallies: readonly InvariantTally[]): readonly InvariantTally[] {
  return outcomes.flatMap((outcome) => tallies.filter((tally) => outcomeOf(tally) === outcome));
}

/** Names the run of a seed. */
export function runName(
  { scenario, settings, isPlan, modelsFile }: ScenarioResult,
  seed: number,
): RunName {
  return { scenario, settings, seed: isPlan ? null : seed, modelsFile };
}

/** Names the scenario with its settings, without a seed: `leader-crash,producer.acks=1`. */
export function titleOf(result: ScenarioResult): string {
  return printToken({ ...runName(result, 0), seed: null });
}

/** Which bug of Kafka broke a promise, and how that is known. */
export function defectWords({ ticket, switch: name, value, what }: KnownDefect): string {
  return `known bug (${ticket}): with ${name}=${value}, ${what}, and the same run keeps the promise`;
}

const expectationWords = {
  holds: 'was expected to hold, and was broken',
  breaks: 'was expected to break, and never did',
  reaches: 'was expected to come up, and never did',
};

/** An expectation that did not come true, in words. */
export function unmetWords({ kind, id }: Unmet): string {
  return `${id} ${expectationWords[kind]}`;
}
