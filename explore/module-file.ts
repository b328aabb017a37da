import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from '../sim/config-error.ts';

/**
 * What a module of a user exports; it may be written in TypeScript.
 * @throws {ConfigError} If there is no such file, or it fails.
 */
export async function importModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  // Most commands need it for nothing, and it takes a while to load.
  const { createJiti } = await import('jiti');
  const jiti = createJiti(import.meta.url, { interopDefault: false, fsCache: false });
  try {
    // Before jiti, which says less clearly that there is no such file.
    readFileSync(file);
    return { ...(await jiti.import<object>(resolve(file))) };
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(file, isMissing ? 'there is no such file or folder' : reason);
  }
}
