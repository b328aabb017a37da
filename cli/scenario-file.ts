import { extname } from 'node:path';
import { unknownExpectations } from '../explore/expectations.ts';
import { importModule } from '../explore/module-file.ts';
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
  /** Its file, if that exports processing models. */
  readonly modelFiles: readonly string[];
}

/**
 * Finds a scenario: one that comes with kafka-trial by its name, or one in a file by its path.
 * @throws {ConfigError} If there is none, or it is wrong.
 */
export async function loadScenario(source: string): Promise<LoadedScenario> {
  const shipped = shippedScenarios.find(({ name }) => name === source) ?? directedScenario(source);
  if (shipped !== undefined) {
    return { source, scenario: shipped, placeOf: placesIn(source), modelFiles: [] };
  }
  const { written, placeOf, hasModels } = await readFile(source);
  const scenario = readScenario(written, placeOf);
  for (const { path, message } of unknownExpectations(scenario)) {
    throw new ConfigError(placeOf(path), message);
  }
  return { source, scenario, placeOf, modelFiles: hasModels ? [source] : [] };
}

interface Written {
  readonly written: unknown;
  readonly placeOf: PlaceOf;
  readonly hasModels: boolean;
}

async function readFile(source: string): Promise<Written> {
  switch (extname(source)) {
    case '.yaml':
    case '.yml':
    case '.json': {
      const { content, placeOf } = parseYamlFile(readText(source), source);
      return { written: content, placeOf, hasModels: false };
    }
    case '.ts':
    case '.mts':
    case '.js':
    case '.mjs':
      return importScenario(source);
    default: {
      const names = shippedScenarios.map(({ name }) => name).join(', ');
      const expected = `a .yaml or .ts file, or one of ${names}`;
      throw new ConfigError(source, `there is no such scenario; expected ${expected}`);
    }
  }
}

/** What a module exports as `scenario`, or as its default, and perhaps `models`. */
async function importScenario(source: string): Promise<Written> {
  const loaded = await importModule(source);
  const written = loaded['scenario'] ?? loaded['default'];
  if (written === undefined) {
    throw new ConfigError(
      source,
      'expected a module that exports its scenario: export const scenario',
    );
  }
  return { written, placeOf: placesIn(source), hasModels: 'models' in loaded };
}
