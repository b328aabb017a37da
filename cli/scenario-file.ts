import { extname, resolve } from 'node:path';
import { createJiti } from 'jiti';
import { unknownExpectations } from '../explore/expectations.ts';
import { type PlaceOf, placesIn } from '../scenarios/problem.ts';
import { readScenario } from '../scenarios/read-scenario.ts';
import { type Scenario } from '../scenarios/scenario.ts';
import { directedScenario } from '../scenarios/directed/directed.ts';
import { shippedScenarios } from '../scenarios/shipped.ts';
import { ConfigError } from '../sim/config-error.ts';
import { readText } from './files.ts';
import { parseYamlFile } from './yaml-places.ts';

/** A scenario as it was asked for. */
export interface LoadedScenario {
  /** The name or path that a person gave. */
  readonly source: string;
  readonly scenario: Scenario;
  readonly placeOf: PlaceOf;
}

/**
 * Finds a scenario: one that comes with kafka-trial by its name, or one in a file by its path.
 * @throws {ConfigError} If there is none, or it is wrong.
 */
export async function loadScenario(source: string): Promise<LoadedScenario> {
  const shipped = shippedScenarios.find(({ name }) => name === source) ?? directedScenario(source);
  if (shipped !== undefined) return { source, scenario: shipped, placeOf: placesIn(source) };
  const { written, placeOf } = await readFile(source);
  const scenario = readScenario(written, placeOf);
  for (const { path, message } of unknownExpectations(scenario)) {
    throw new ConfigError(placeOf(path), message);
  }
  return { source, scenario, placeOf };
}

interface Written {
  readonly written: unknown;
  readonly placeOf: PlaceOf;
}

async function readFile(source: string): Promise<Written> {
  switch (extname(source)) {
    case '.yaml':
    case '.yml':
    case '.json': {
      const { content, placeOf } = parseYamlFile(readText(source), source);
      return { written: content, placeOf };
    }
    case '.ts':
    case '.mts':
    case '.js':
    case '.mjs':
      return { written: await importScenario(source), placeOf: placesIn(source) };
    default: {
      const names = shippedScenarios.map(({ name }) => name).join(', ');
      const expected = `a .yaml or .ts file, or one of ${names}`;
      throw new ConfigError(source, `there is no such scenario; expected ${expected}`);
    }
  }
}

/** What a module exports as `scenario`, or as its default. */
async function importScenario(source: string): Promise<unknown> {
  // Before jiti, which says less clearly that there is no such file.
  readText(source);
  const loaded = await evaluate(source);
  if (typeof loaded === 'object' && loaded !== null) {
    if ('scenario' in loaded) return loaded.scenario;
    if ('default' in loaded) return loaded.default;
  }
  throw new ConfigError(
    source,
    'expected a module that exports its scenario: export const scenario',
  );
}

async function evaluate(source: string): Promise<unknown> {
  const jiti = createJiti(import.meta.url, { interopDefault: false, fsCache: false });
  try {
    return await jiti.import(resolve(source));
  } catch (error) {
    throw new ConfigError(source, error instanceof Error ? error.message : String(error));
  }
}
