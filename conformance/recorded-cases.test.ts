import { expect, test } from 'vitest';
import { readCaseFiles } from './case-file.ts';
import { report } from './report.ts';
import { runCaseFile } from './run-case-file.ts';

/** The lines of what differs, then the numbers: a change of these is a change of what is modelled. */
function reportOf(folder: string): string {
  return report(readCaseFiles([`conformance/cases/${folder}`]).flatMap(runCaseFile));
}

test('the model computes what Kafka computes', () => {
  expect(reportOf('static')).toBe('5385 agree, 0 differ, 706 not modelled\n');
});

test('the brokers and the controller keep partitions as those of Kafka do', () => {
  expect(reportOf('live/replication')).toBe('104 agree, 0 differ, 2 not modelled\n');
});

test('the brokers coordinate groups as those of Kafka do', () => {
  expect(reportOf('live/groups')).toBe('94 agree, 0 differ, 0 not modelled\n');
});

test('the brokers coordinate transactions as those of Kafka do', () => {
  expect(reportOf('live/transactions')).toBe('57 agree, 0 differ, 0 not modelled\n');
});
