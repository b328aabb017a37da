import { create } from 'xmlbuilder2';
import { type InvariantTally } from '../explore/tally.ts';
import { replayCommand } from './replay-command.ts';
import {
  type Campaign,
  outcomeOf,
  runName,
  type ScenarioResult,
  titleOf,
  unmetWords,
} from './scenario-result.ts';
import { exampleWords, runsWords } from './sweep-report.ts';

/** What a CI system is told of one promise, or one expectation, in one scenario. */
interface TestCase {
  /** Stable: the same in every run of the same scenario, so that histories can be kept. */
  readonly name: string;
  readonly failure: { readonly message: string; readonly details: string } | null;
  readonly skipped: string | null;
}

/** A campaign as JUnit XML: one suite for each scenario, one case for each of its invariants. */
export function campaignJunit({ results, isStrict }: Campaign): string {
  const suites = results.map((result) => ({ result, cases: casesOf(result, isStrict) }));
  const document = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: 'kafka-trial',
    ...counts(suites.flatMap(({ cases }) => cases)),
  });
  for (const { result, cases } of suites) {
    const name = printable(titleOf(result));
    const suite = document.ele('testsuite', { name, ...counts(cases) });
    for (const testCase of cases) {
      const element = suite.ele('testcase', {
        classname: `kafka-trial.${name}`,
        name: testCase.name,
      });
      if (testCase.failure !== null) {
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
    errors: 0,
    skipped: cases.filter(({ skipped }) => skipped !== null).length,
  };
}

function casesOf(result: ScenarioResult, isStrict: boolean): readonly TestCase[] {
  const expectations = result.unmet.map((expectation) => ({
    name: `expectation ${expectation.kind} ${expectation.id}`,
    failure: { message: unmetWords(expectation), details: titleOf(result) },
    skipped: null,
  }));
  const promises = result.tally.invariants.map((tally) => caseOf(tally, result, isStrict));
  return [...promises, ...expectations];
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
      failure: { message: example.message, details: details.join('\n') },
      skipped: null,
    };
  }
  const isSkipped = outcome === 'not promised' || outcome === 'not exercised';
  const skipped = isSkipped ? `${outcome}${gap === null ? '' : `: ${gap.because}`}` : null;
  return { name, failure: null, skipped };
}

/** Without the characters that XML 1.0 cannot have at all. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, '\ufffd');
}
