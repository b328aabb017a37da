import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ConfigError } from '../sim/config-error.ts';

/** @throws {ConfigError} If it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(file, reasonOf(error, 'cannot be read'));
  }
}

/** @throws {ConfigError} If it is clear already that the file cannot be written. */
export function checkWritable(option: string, file: string): void {
  if (file === '' || file === '-') throw new ConfigError(option, 'expected the name of a file');
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new ConfigError(file, 'is a folder');
  }
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw new ConfigError(file, reasonOf(error, 'cannot be written'));
  }
}

/**
 * Writes a file whole or not at all: what stood there before stays until the new one is complete.
 * @throws {ConfigError} If it cannot be written.
 */
export function writeAtomically(file: string, pieces: Iterable<string>): void {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  try {
    const descriptor = openSync(temporary, 'w');
    try {
      for (const piece of pieces) writeSync(descriptor, piece);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new ConfigError(file, reasonOf(error, 'cannot be written'));
  }
}

const reasons = new Map([
  ['ENOENT', 'there is no such file or folder'],
  ['EISDIR', 'is a folder'],
  ['ENOTDIR', 'lies in something that is not a folder'],
  ['EACCES', 'you may not do that'],
  ['ENOSPC', 'there is no space left'],
]);

function reasonOf(error: unknown, otherwise: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons.get(code) ?? `${otherwise} (${code})`;
}
