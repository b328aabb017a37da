import { javaSetOrder } from '../java-hash.ts';
import {
  type ConfigDefinition,
  type ConfigValue,
  invalidValue,
  KafkaConfigError,
  type ValidationRule,
} from './config-definition.ts';
import { isResetStrategy } from './offset-reset.ts';

const wholeNumberTypes = new Map([
  ['SHORT', { min: -32_768n, max: 32_767n }],
  ['INT', { min: -2_147_483_648n, max: 2_147_483_647n }],
  ['LONG', { min: -9_223_372_036_854_775_808n, max: 9_223_372_036_854_775_807n }],
]);

/** Whether the application's class path has a class; a model has none, and takes every name. */
export type ClassCheck = (className: string) => boolean;

/**
 * Parses and validates the text of one config (`ConfigDef.parseType`, `ConfigDef.Validator`).
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function parseConfig(
  definition: ConfigDefinition,
  text: string,
  hasClass: ClassCheck,
): ConfigValue {
  const value = parseType(definition, text, hasClass);
  if (definition.valid !== undefined) validate(definition.name, value, definition.valid);
  return value;
}

function parseType(definition: ConfigDefinition, text: string, hasClass: ClassCheck): ConfigValue {
  const { name, type, valid } = definition;
  const trimmed = text.trim();
  switch (type) {
    case 'BOOLEAN':
      return parseBoolean(name, text);
    case 'SHORT':
    case 'INT':
    case 'LONG':
      return parseWholeNumber(name, type, text);
    case 'DOUBLE':
      if (trimmed !== '' && Number.isFinite(Number(trimmed))) return Number(trimmed);
      throw invalidValue(name, text, `Not a number of type ${type}`);
    case 'LIST': {
      const items = trimmed === '' ? [] : trimmed.split(/\s*,\s*/u);
      return valid?.noDuplicates === true ? [...new Set(items)] : items;
    }
    case 'CLASS':
      if (trimmed !== '' && hasClass(trimmed)) return trimmed;
      throw invalidValue(name, text, `Class ${trimmed} could not be found.`);
    default:
      return trimmed;
  }
}

function parseBoolean(name: string, text: string): boolean {
  const lower = text.trim().toLowerCase();
  if (lower === 'true' || lower === 'false') return lower === 'true';
  throw invalidValue(name, text, 'Expected value to be either true or false');
}

function parseWholeNumber(name: string, type: string, text: string): number | string {
  const range = wholeNumberTypes.get(type);
  const trimmed = text.trim();
  const value = /^[+-]?\d+$/u.test(trimmed) ? BigInt(trimmed.replace('+', '')) : undefined;
  if (range === undefined || value === undefined || value < range.min || value > range.max) {
    throw invalidValue(name, text, `Not a number of type ${type}`);
  }
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function validate(name: string, value: ConfigValue, rule: ValidationRule): void {
  switch (rule.kind) {
    case 'range':
      checkRange(name, value, rule);
      return;
    case 'oneOf':
      if (typeof value === 'string' && !(rule.values ?? []).includes(value)) {
        throw invalidValue(name, value, `String must be one of: ${(rule.values ?? []).join(', ')}`);
      }
      return;
    case 'oneOfIgnoringCase':
      checkIgnoringCase(name, value, rule);
      return;
    case 'list':
      checkList(name, value, rule);
      return;
    case 'nonEmptyString':
      if (value === '') throw invalidValue(name, value, 'String must be non-empty');
      return;
    case 'other':
      checkOther(name, value, rule);
      return;
    default:
      return;
  }
}

function checkRange(name: string, value: ConfigValue, { min, max }: ValidationRule): void {
  if (typeof value !== 'number' && typeof value !== 'string') return;
  if (min !== undefined && min !== null && Number(value) < Number(min)) {
    throw invalidValue(name, value, `Value must be at least ${min}`);
  }
  if (max !== undefined && max !== null && Number(value) > Number(max)) {
    throw invalidValue(name, value, `Value must be no more than ${max}`);
  }
}

function checkIgnoringCase(
  name: string,
  value: ConfigValue,
  { values = [] }: ValidationRule,
): void {
  if (typeof value !== 'string' || values.includes(value.toUpperCase())) return;
  const allowed = javaSetOrder(values).join(', ');
  throw invalidValue(name, value, `String must be one of (case insensitive): ${allowed}`);
}

function checkList(name: string, value: ConfigValue, rule: ValidationRule): void {
  if (typeof value !== 'object' || value === null) return;
  const { values = [] } = rule;
  if (value.length === 0 && rule.emptyAllowed !== true) {
    const allowed = values.length === 0 ? 'any non-empty value' : `[${values.join(', ')}]`;
    throw new KafkaConfigError(
      `Configuration '${name}' must not be empty. Valid values include: ${allowed}`,
      { config: name },
    );
  }
  for (const item of value) {
    if (values.length > 0 && !values.includes(item)) {
      throw invalidValue(name, item, `String must be one of: ${values.join(', ')}`);
    }
  }
}

/** The rules that Kafka writes as classes of their own. */
function checkOther(name: string, value: ConfigValue, rule: ValidationRule): void {
  if (rule.shown === '[1,...,9] or -1') {
    if (typeof value === 'number' && value !== -1 && (value < 1 || value > 9)) {
      throw invalidValue(name, value, 'Value must be between 1 and 9 or equal to -1');
    }
  } else if (name === 'auto.offset.reset') {
    if (typeof value === 'string' && !isResetStrategy(value)) {
      const expected =
        "The value must be either 'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'.";
      throw invalidValue(
        name,
        value,
        `Invalid value \`${value}\` for configuration ${name}. ${expected}`,
      );
    }
  } else if (name.endsWith('.replication.throttled.replicas')) checkThrottledReplicas(name, value);
}

function checkThrottledReplicas(name: string, value: ConfigValue): void {
  if (typeof value !== 'object' || value === null || value.length === 0) return;
  if (value.length === 1 && value[0] === '*') return;
  if (value.every((item) => /^\d+:\d+$/u.test(item))) return;
  const format = '[partitionId]:[brokerId],[partitionId]:[brokerId],...';
  throw invalidValue(
    name,
    value,
    `${name} must be the literal '*' or a list of replicas in the following format: ${format}`,
  );
}
