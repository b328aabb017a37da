import { type Run } from '../explore/run.ts';
import { type RunName } from '../explore/replay-token.ts';
import { combinedFingerprint } from '../explore/tally.ts';
import { groupSummaryJson } from './group-summary.ts';
import { replayCommand } from './replay-command.ts';
import {
  type Campaign,
  isComplete,
  outcomeOf,
  runName,
  type ScenarioResult,
} from './scenario-result.ts';

/** A campaign for programs. Same campaign, same text. */
export function campaignJson({ version, isStrict, results, notBegun }: Campaign): string {
  return text({
    format: 1,
    kind: 'sweep',
    version,
    isStrict,
    fingerprint: results.map(({ tally }) => tally.fingerprint).reduce(combinedFingerprint, '0'),
    results: results.map(resultJson),
    notBegun,
  });
}

/** One run for programs, with its plan; its trace is a file of its own. */
export function runJson(run: Run, name: RunName, version: string): string {
  // Functions are nothing for programs; the replay line names their file.
  const { trace, plan, ...shown } = { ...run, models: undefined };
  return text({
    format: 1,
    kind: 'run',
    version,
    scenario: name.scenario,
    seed: name.seed,
    settings: Object.fromEntries(name.settings),
    replay: replayCommand(name),
    ...shown,
    tracedEvents: trace?.length ?? 0,
    plan,
  });
}

/** A trace, an event a line (NDJSON), in pieces that are small enough to write. */
export function* traceLines(run: Run): Generator<string> {
  for (const event of run.trace ?? []) yield `${JSON.stringify(event)}\n`;
}

function resultJson(result: ScenarioResult): object {
  const { scenario, question, settings, seeds, asked, unmet } = result;
  const { invariants, groups, ...tally } = result.tally;
  return {
    scenario,
    question,
    settings: Object.fromEntries(settings),
    seeds,
    asked,
    isComplete: isComplete(result),
    unmet,
    ...tally,
    groups: groups.map(groupSummaryJson),
    invariants: invariants.map((invariant) => {
      const { firstViolation, firstKnownDefect, firstLegalBreach } = invariant;
      const example = firstViolation ?? firstKnownDefect ?? firstLegalBreach;
      return {
        ...invariant,
        outcome: outcomeOf(invariant),
        replay: example === null ? null : replayCommand(runName(result, example.seed)),
      };
    }),
  };
}

function text(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
