import { create } from 'xmlbuilder2';
import { type InvariantTally } from '../explore/tally.ts';
import { replayCommand } from './replay-command.ts';
import {
  type Campaign,
  isComplete,
  outcomeOf,
  runName,
  type ScenarioResult,
  stoppedWords,
  titleOf,
  unmetWords,
} from './scenario-result.ts';
import { exampleWords, runsWords } from './sweep-report.ts';

/** What a CI system is told of one promise, or one expectation, in one scenario. */
interface TestCase {
  /** Stable: the same in every run of the same scenario, so that histories can be kept. */
  readonly name: string;
  /** Why it cannot be said; null if it can. */
  readonly error: string | null;
  readonly failure: { readonly message: string; readonly details: string } | null;
  readonly skipped: string | null;
}

interface Suite {
  readonly title: string;
  readonly cases: readonly TestCase[];
}

/**
 * A campaign as JUnit XML: one suite for each scenario, one case for each of its invariants, and an
 * error for what was stopped before its end.
 */
export function campaignJunit({ results, notBegun, isStrict }: Campaign): string {
  const suites: readonly Suite[] = [
    ...results.map((result) => ({ title: titleOf(result), cases: casesOf(result, isStrict) })),
    ...notBegun.map((title) => ({ title, cases: [stopped('stopped before the first run')] })),
  ];
  const document = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: 'kafka-trial',
    ...counts(suites.flatMap(({ cases }) => cases)),
  });
  for (const { title, cases } of suites) {
    const name = printable(title);
    const suite = document.ele('testsuite', { name, ...counts(cases) });
    for (const testCase of cases) {
      const element = suite.ele('testcase', {
        classname: `kafka-trial.${name}`,
        name: testCase.name,
      });
      if (testCase.error !== null) {
        element.ele('error', { message: testCase.error });
      } else if (testCase.failure !== null) {
        const { message, details } = testCase.failure;
        element.ele('failure', { message: printable(message) }).txt(printable(details));
      } else if (testCase.skipped !== null) {
        element.ele('skipped', { message: printable(testCase.skipped) });
      }
    }
  }
  return `${document.end({ prettyPrint: true })}\n`;
}

function counts(cases: readonly TestCase[]): Readonly<Record<string, number>> {
  return {
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure !== null).length,
    errors: cases.filter(({ error }) => error !== null).length,
    skipped: cases.filter(({ skipped }) => skipped !== null).length,
  };
}

function casesOf(result: ScenarioResult, isStrict: boolean): readonly TestCase[] {
  const expectations = result.unmet.map((expectation) => ({
    name: `expectation ${expectation.kind} ${expectation.id}`,
    error: null,
    failure: { message: unmetWords(expectation), details: titleOf(result) },
    skipped: null,
  }));
  const promises = result.tally.invariants.map((tally) => caseOf(tally, result, isStrict));
  const open = isComplete(result) ? [] : [stopped(stoppedWords(result))];
  return [...promises, ...expectations, ...open];
}

function stopped(error: string): TestCase {
  return { name: 'all seeds were run', error, failure: null, skipped: null };
}

function caseOf(tally: InvariantTally, result: ScenarioResult, isStrict: boolean): TestCase {
  const { invariant, firstViolation, firstKnownDefect, gap } = tally;
  const name = `${invariant.id} ${invariant.name}`;
  const outcome = outcomeOf(tally);
  const example = firstViolation ?? (isStrict ? firstKnownDefect : null);
  if (example !== null) {
    const details = [
      `promise: ${invariant.promise} (${invariant.source})`,
      runsWords(tally),
      exampleWords(example),
      `again: ${replayCommand(runName(result, example.seed))}`,
    ];
    return {
      name,
      error: null,
      failure: { message: example.message, details: details.join('\n') },
      skipped: null,
    };
  }
  const isSkipped = outcome === 'not promised' || outcome === 'not exercised';
  const skipped = isSkipped ? `${outcome}${gap === null ? '' : `: ${gap.because}`}` : null;
  return { name, error: null, failure: null, skipped };
}

/** Without the characters that XML 1.0 cannot have at all. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, '\ufffd');
}
