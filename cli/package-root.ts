import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** The folder of kafka-trial, be it run from its sources or as built. */
export const packageRoot: URL = rootAbove(new URL('.', import.meta.url));

/** As package.json has it. */
export const version: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('package.json', packageRoot), 'utf8'))).version;

function rootAbove(folder: URL): URL {
  if (existsSync(new URL('package.json', folder))) return folder;
  return rootAbove(new URL('..', folder));
}
