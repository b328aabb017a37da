import { javaSetOrder } from '../java-hash.ts';
import {
  type ConfigDefinition,
  type ConfigValue,
  invalidValue,
  KafkaConfigError,
  type ListRule,
  type RangeRule,
} from './config-definition.ts';
import { customRules } from './custom-rules.ts';

/**
 * Checks a parsed value by its definition's rule (`ConfigDef.Validator.ensureValid`).
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function validateValue({ name, type, valid }: ConfigDefinition, value: ConfigValue): void {
  switch (valid?.kind) {
    case 'range':
      checkRange(name, shownNumber(value, type), valid);
      return;
    case 'oneOf':
      checkOneOf(name, value, valid.values);
      return;
    case 'oneOfIgnoringCase':
      checkIgnoringCase(name, value, valid.values);
      return;
    case 'list':
      if (typeof value === 'object' && value !== null) checkList(name, value, valid);
      return;
    case 'nonEmptyString':
      if (value === '') throw invalidValue(name, value, 'String must be non-empty');
      return;
    case 'other':
      customRules.get(valid.shown)?.(name, value);
      return;
    case 'nonNull':
    case undefined:
      return;
  }
}

function checkRange(name: string, shown: string, { min, max }: RangeRule): void {
  const number = Number(shown);
  if (min !== null && number < min) {
    throw invalidValue(name, shown, `Value must be at least ${min}`);
  }
  if (max !== null && number > max) {
    throw invalidValue(name, shown, `Value must be no more than ${max}`);
  }
}

/** As Java prints it: a double always has a fraction. */
function shownNumber(value: ConfigValue, type: string): string {
  return type === 'DOUBLE' && Number.isInteger(value) ? `${String(value)}.0` : String(value);
}

function checkOneOf(name: string, value: ConfigValue, allowed: readonly string[]): void {
  if (typeof value !== 'string' || allowed.includes(value)) return;
  throw invalidValue(name, value, `String must be one of: ${allowed.join(', ')}`);
}

function checkIgnoringCase(name: string, value: ConfigValue, allowed: readonly string[]): void {
  if (typeof value !== 'string' || allowed.includes(value.toUpperCase())) return;
  const words = javaSetOrder(allowed).join(', ');
  throw invalidValue(name, value, `String must be one of (case insensitive): ${words}`);
}

function checkList(name: string, items: readonly string[], rule: ListRule): void {
  const allowed = rule.values;
  if (items.length === 0 && !rule.emptyAllowed) {
    const words = allowed.length === 0 ? 'any non-empty value' : `[${allowed.join(', ')}]`;
    const text = `Configuration '${name}' must not be empty. Valid values include: ${words}`;
    throw new KafkaConfigError(text, { config: name });
  }
  for (const item of items) {
    if (item === '') {
      const text = `Configuration '${name}' values must not be empty.`;
      throw new KafkaConfigError(text, { config: name });
    }
    if (allowed.length > 0) checkOneOf(name, item, allowed);
  }
}
