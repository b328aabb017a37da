import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../sim/config-error.ts';
import { parseJson, property } from './json.ts';

/**
 * What a file of cases records: what pure functions of Kafka compute, what a cluster answered, or
 * what the Java clients did (see the README.md in each folder of `conformance/cases`).
 */
export type CaseFormat = 'static' | 'live' | 'clients';

export interface CaseFile {
  readonly path: string;
  readonly format: CaseFormat;
  readonly text: string;
}

/**
 * All files of cases that these paths name, folders with everything in them, in the order of names.
 * @throws {ConfigError} If one cannot be read, or is none.
 */
export function readCaseFiles(paths: readonly string[]): CaseFile[] {
  return paths.flatMap(filesIn).map((path) => {
    const text = readFileSync(path, 'utf8');
    return { path, format: formatOf(path, text), text };
  });
}

function filesIn(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new ConfigError(path, 'there is no such file or folder');
  if (!found.isDirectory()) return [path];
  const files = caseFilesUnder(path);
  if (files.length === 0) throw new ConfigError(path, 'there are no cases in it');
  return files;
}

function caseFilesUnder(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return caseFilesUnder(path);
    return /\.jsonl?$/u.test(entry.name) ? [path] : [];
  });
}

function formatOf(path: string, text: string): CaseFormat {
  if (!/\.jsonl?$/u.test(path)) throw new ConfigError(path, 'expected a .json or .jsonl file');
  if (path.endsWith('.jsonl')) return formatOfLines(path, text);
  const content = parseJson(text, path);
  const isStatic =
    typeof property(content, 'file') === 'string' && typeof property(content, 'kafka') === 'string';
  if (isStatic) return 'static';
  throw new ConfigError(path, 'expected an object with `file`, `kafka` and sections of cases');
}

function formatOfLines(path: string, text: string): CaseFormat {
  const lines = text.split('\n');
  const index = lines.findIndex((line) => line.trim() !== '' && !line.startsWith('#'));
  const place = `${path}:${index + 1}`;
  const first = index < 0 ? undefined : parseJson(lines[index] ?? '', place);
  if (property(first, 'cluster') !== undefined) return 'live';
  if (property(first, 'given') !== undefined) return 'clients';
  throw new ConfigError(place, 'expected a case that begins with `cluster` or `given`');
}
