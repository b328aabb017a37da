import { type ClassPath } from './class-path.ts';
import {
  type ConfigDefinition,
  type ConfigType,
  type ConfigValue,
  invalidValue,
} from './config-definition.ts';

const wholeNumberBounds: Readonly<Record<'SHORT' | 'INT' | 'LONG', readonly [bigint, bigint]>> = {
  SHORT: [-32_768n, 32_767n],
  INT: [-2_147_483_648n, 2_147_483_647n],
  LONG: [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
};

/** What `Double.parseDouble` takes, hexadecimal aside. */
const doublePattern = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[fFdD]?$/u;

/**
 * The value that a text stands for (`ConfigDef.parseType`).
 * @throws {KafkaConfigError} In Kafka's words, if it stands for none of the type.
 */
export function parseValue(
  { name, type }: ConfigDefinition,
  text: string,
  classPath: ClassPath,
): ConfigValue {
  const trimmed = trimAsJava(text);
  switch (type) {
    case 'BOOLEAN':
      return parseBoolean(name, text, trimmed);
    case 'SHORT':
    case 'INT':
    case 'LONG':
      return parseWholeNumber(wholeNumberBounds[type], trimmed) ?? notANumber(name, text, type);
    case 'DOUBLE':
      return doublePattern.test(trimmed)
        ? Number(trimmed.replace(/[fFdD]$/u, ''))
        : notANumber(name, text, type);
    case 'LIST':
      return splitList(trimmed);
    case 'CLASS':
      if (classPath.has(trimmed)) return trimmed;
      throw invalidValue(name, text, `Class ${text} could not be found.`);
    case 'STRING':
    case 'PASSWORD':
      return trimmed;
  }
}

/** Without the characters up to the blank at both ends: Java's `trim` leaves other spaces alone. */
function trimAsJava(text: string): string {
  return text.replace(/^[\u0000- ]+|[\u0000- ]+$/gu, '');
}

function splitList(trimmed: string): readonly string[] {
  return trimmed === '' ? [] : trimmed.split(/[ \t\n\v\f\r]*,[ \t\n\v\f\r]*/u);
}

function parseBoolean(name: string, text: string, trimmed: string): boolean {
  const lower = trimmed.toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  throw invalidValue(name, text, 'Expected value to be either true or false');
}

function parseWholeNumber(
  [min, max]: readonly [bigint, bigint],
  trimmed: string,
): number | string | undefined {
  if (!/^[+-]?\d+$/u.test(trimmed)) return undefined;
  const value = BigInt(trimmed.replace('+', ''));
  if (value < min || value > max) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function notANumber(name: string, text: string, type: ConfigType): never {
  throw invalidValue(name, text, `Not a number of type ${type}`);
}
