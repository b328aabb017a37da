import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../sim/config-error.ts';
import { readCaseFiles } from './case-file.ts';
import { omissions, report } from './report.ts';
import { runCaseFile } from './run-case-file.ts';

// As built, this file lies in dist/conformance.
const allCases = relative('.', fileURLToPath(new URL('../../conformance/cases', import.meta.url)));

/** Exit codes: 0 the model agrees, 1 it differs somewhere, 2 what was asked for are no cases. */
function main(paths: readonly string[]): number {
  const results = readCaseFiles(paths.length === 0 ? [allCases] : paths).flatMap(runCaseFile);
  process.stdout.write(omissions(results) + report(results));
  return results.some(({ outcome }) => outcome === 'differs') ? 1 : 0;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
