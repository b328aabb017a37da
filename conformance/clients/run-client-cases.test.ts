import { describe, expect, test } from 'vitest';
import { type CaseFile, readCaseFiles } from '../case-file.ts';
import { tally } from '../report.ts';
import { runClientCases } from './run-client-cases.ts';

const folder = 'conformance/cases/clients';

describe('the model does as recorded', () => {
  test.each([
    ['producer', '39 agree, 0 differ, 0 not modelled'],
    ['idempotent', '16 agree, 0 differ, 0 not modelled'],
    ['transactions', '23 agree, 0 differ, 0 not modelled'],
    ['metadata', '11 agree, 0 differ, 0 not modelled'],
    ['consumer', '31 agree, 0 differ, 0 not modelled'],
    ['async', '6 agree, 0 differ, 0 not modelled'],
  ])('%s: %s', (name, expected) => {
    const results = readCaseFiles([`${folder}/${name}`]).flatMap(runClientCases);
    expect(results.filter(({ outcome }) => outcome === 'differs')).toEqual([]);
    expect(tally(results)).toBe(expected);
  });
});

describe('a client that does otherwise', () => {
  test('differs where an event is another one', () => {
    const [result] = runClientCases(changed('acks-one.jsonl', '"offset":7}]', '"offset":8}]'));
    expect(result).toMatchObject({
      outcome: 'differs',
      step: 'step 2, t-0 at /0/offset',
      expected: 8,
      came: 7,
    });
  });

  test('differs where an event is missing', () => {
    const [result] = runClientCases(
      changed('acks-one.jsonl', '"saw":[{"t":0,"acked"', '"saw":[{"t":1,"acked"'),
    );
    expect(result).toMatchObject({ outcome: 'differs', step: 'step 2, t-0 at /0/t' });
  });
});

function changed(name: string, text: string, by: string): CaseFile {
  const [file] = readCaseFiles([`${folder}/producer/${name}`]);
  if (file?.text.includes(text) !== true) throw new Error(`${name} has no ${text}`);
  return { ...file, text: file.text.replace(text, by) };
}
