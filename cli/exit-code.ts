import { type Run } from '../explore/run.ts';
import { isComplete, outcomeOf, type ScenarioResult } from '../reports/scenario-result.ts';

/** What the process ends with. */
export const ExitCode = {
  /** Everything that is promised held. */
  held: 0,
  /** A promise was broken, or an expectation that something holds. */
  violated: 1,
  /** A person's mistake: arguments, a scenario, a config. */
  wrongInput: 2,
  /** Nothing was put to the test, what was expected to show did not, or it was stopped. */
  inconclusive: 3,
  /** Two runs of one plan were not the same. */
  notDeterministic: 4,
  /** A defect of kafka-trial itself. */
  defect: 70,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What one run comes to. */
export function exitCodeOfRun({ judgements }: Run, isStrict: boolean): ExitCode {
  const outcomes = new Set(judgements.map(({ outcome }) => outcome));
  if (outcomes.has('violated')) return ExitCode.violated;
  if (isStrict && outcomes.has('known defect')) return ExitCode.violated;
  return outcomes.has('held') ? ExitCode.held : ExitCode.inconclusive;
}

/** What many runs of many scenarios come to: the most serious counts. */
export function exitCodeOfResults(results: readonly ScenarioResult[], isStrict: boolean): ExitCode {
  const codes = new Set(results.map((result) => exitCodeOfResult(result, isStrict)));
  if (codes.has(ExitCode.violated)) return ExitCode.violated;
  if (results.length === 0) return ExitCode.inconclusive;
  return codes.has(ExitCode.inconclusive) ? ExitCode.inconclusive : ExitCode.held;
}

function exitCodeOfResult(result: ScenarioResult, isStrict: boolean): ExitCode {
  const outcomes = new Set(result.tally.invariants.map(outcomeOf));
  if (outcomes.has('violated')) return ExitCode.violated;
  if (isStrict && outcomes.has('known defect')) return ExitCode.violated;
  if (result.unmet.some(({ kind }) => kind === 'holds')) return ExitCode.violated;
  const isOpen = !outcomes.has('held') || result.unmet.length > 0 || !isComplete(result);
  return isOpen ? ExitCode.inconclusive : ExitCode.held;
}
