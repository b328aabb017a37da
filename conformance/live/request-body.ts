import { ConfigError } from '../../sim/config-error.ts';
import { isList, isObject, type JsonObject } from '../json.ts';
import { type BatchMaker } from './batch-maker.ts';
import { classicBytes } from './classic-bytes.ts';
import { defaultOf, fieldsOf, type MessageField } from './message-schema.ts';

/**
 * The body of a request as a case writes it, made whole: what is left out has the protocol's
 * default, and descriptions of batches have become batches.
 * @param api `ListOffsets`
 * @throws {ConfigError} If it has a field that the request has not.
 */
export function requestBody(api: string, body: JsonObject, batches: BatchMaker): JsonObject {
  return completed(fieldsOf(`${api}Request`), body, { place: `body of ${api}`, batches });
}

interface Context {
  readonly place: string;
  readonly batches: BatchMaker;
}

function completed(
  fields: readonly MessageField[],
  given: JsonObject,
  { place, batches }: Context,
): JsonObject {
  const names = new Set(fields.map(({ name }) => name));
  const unknown = Object.keys(given).find((name) => !names.has(name));
  if (unknown !== undefined) throw new ConfigError(place, `there is no field ${unknown}`);
  return Object.fromEntries(
    fields.map((field) => {
      const value = given[field.name];
      const context = { place: `${place}/${field.name}`, batches };
      return [field.name, value === undefined ? defaultOf(field) : valueOf(field, value, context)];
    }),
  );
}

function valueOf(field: MessageField, value: unknown, context: Context): unknown {
  if (field.type === 'bytes' && isObject(value)) return classicBytes(value);
  if (field.type === 'records' && isObject(value)) return context.batches.make(value);
  const { fields } = field;
  if (fields === undefined) return value;
  if (isList(value)) {
    return value.map((element) =>
      isObject(element) ? completed(fields, element, context) : element,
    );
  }
  return isObject(value) ? completed(fields, value, context) : value;
}
