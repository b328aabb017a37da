import { ConfigError } from '../sim/config-error.ts';

/** @throws {ConfigError} With the place, if the text is no JSON. */
export function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(place, `is no JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** Undefined where there is none, or nothing that could have one. */
export function property(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

/** What a JSON pointer (RFC 6901, without escapes) leads to; undefined where there is nothing. */
export function at(value: unknown, pointer: string): unknown {
  let found = value;
  for (const key of pointer.split('/').slice(1)) {
    found = isList(found) ? found[Number(key)] : property(found, key);
  }
  return found;
}

/** A copy in which `replacement` stands where the pointer leads to. */
export function withValueAt(value: unknown, pointer: string, replacement: unknown): unknown {
  const [, key, ...rest] = pointer.split('/');
  if (key === undefined) return replacement;
  const inner = (element: unknown): unknown =>
    withValueAt(element, ['', ...rest].join('/'), replacement);
  if (isList(value)) {
    return value.map((element, index) => (String(index) === key ? inner(element) : element));
  }
  return isObject(value) ? { ...value, [key]: inner(value[key]) } : value;
}

/** The first place where two JSON values are not the same. Keys have no order; an absent one is undefined. */
export interface JsonDifference {
  /** JSON pointer; empty for the whole. */
  readonly pointer: string;
  readonly expected: unknown;
  readonly came: unknown;
}

export function firstDifference(
  expected: unknown,
  came: unknown,
  pointer = '',
): JsonDifference | undefined {
  if (isList(expected) && isList(came) && expected.length === came.length) {
    return firstOf(expected.keys(), (index) =>
      firstDifference(expected[index], came[index], `${pointer}/${index}`),
    );
  }
  if (isObject(expected) && isObject(came)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(came)]);
    return firstOf(keys, (key) => {
      // A key may be a pointer itself, in parts of a larger value.
      const inner = key.startsWith('/') ? `${pointer}${key}` : `${pointer}/${key}`;
      return firstDifference(expected[key], came[key], inner);
    });
  }
  return Object.is(expected, came) ? undefined : { pointer, expected, came };
}

function firstOf<K>(
  keys: Iterable<K>,
  find: (key: K) => JsonDifference | undefined,
): JsonDifference | undefined {
  for (const key of keys) {
    const found = find(key);
    if (found !== undefined) return found;
  }
  return undefined;
}
