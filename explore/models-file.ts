import { type ProcessingModel } from '../sim/client/application/processing-model.ts';
import { ConfigError } from '../sim/config-error.ts';
import { importModule } from './module-file.ts';

/** Processing models by the names that scenarios give them. */
type Models = Readonly<Record<string, ProcessingModel>>;

/**
 * The processing models of several files; of two with one name that of the later file.
 * @throws {ConfigError} If a file cannot be read, or exports none.
 */
export async function loadModels(files: readonly string[]): Promise<Models> {
  const models: Record<string, ProcessingModel> = {};
  for (const file of files) Object.assign(models, modelsIn(await importModule(file), file));
  return models;
}

/**
 * What a module exports as `models`: `export const models = { 'commit-first': function* … }`.
 * @throws {ConfigError} If that is nothing of the kind.
 */
function modelsIn({ models }: Readonly<Record<string, unknown>>, file: string): Models {
  const expected =
    "expected a module that exports its models: export const models = { 'my-model': … }";
  if (typeof models !== 'object' || models === null) throw new ConfigError(file, expected);
  const read: Record<string, ProcessingModel> = {};
  for (const [name, model] of Object.entries(models)) {
    if (!isFunction(model)) {
      throw new ConfigError(`model ${name} in ${file}`, 'a generator function was expected');
    }
    read[name] = model;
  }
  return read;
}

/** What it returns is looked at when it is called. */
function isFunction(value: unknown): value is ProcessingModel {
  return typeof value === 'function';
}
