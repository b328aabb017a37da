import { type CaseFile, type CaseFormat } from './case-file.ts';
import { type CaseResult } from './case-result.ts';
import { runClientCases } from './clients/run-client-cases.ts';
import { runLiveCases } from './live/run-live-cases.ts';
import { runStaticCases } from './static/run-static-cases.ts';

/** @throws {ConfigError} If what is in the file is not as its format asks for. */
export function runCaseFile(file: CaseFile): readonly CaseResult[] {
  return runners[file.format](file);
}

const runners: Readonly<Record<CaseFormat, (file: CaseFile) => readonly CaseResult[]>> = {
  static: runStaticCases,
  live: runLiveCases,
  clients: runClientCases,
};
