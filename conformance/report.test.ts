import { expect, test } from 'vitest';
import { type CaseResult } from './case-result.ts';
import { omissions, report } from './report.ts';

const results: readonly CaseResult[] = [
  { case: 'a', outcome: 'agrees' },
  { case: 'b', outcome: 'not modelled', reason: 'no groups' },
  { case: 'c', outcome: 'differs', step: 'step 1', expected: 1, came: undefined },
  { case: 'd', outcome: 'not modelled', reason: 'no transactions' },
  { case: 'e', outcome: 'not modelled', reason: 'no transactions' },
];

test('a report shows what differs, and counts', () => {
  expect(report(results)).toBe(
    'c: step 1: expected 1, came nothing\n1 agree, 1 differ, 3 not modelled\n',
  );
});

test('omissions are counted by reason, the most frequent first', () => {
  expect(omissions(results)).toBe('2 not modelled: no transactions\n1 not modelled: no groups\n');
});
