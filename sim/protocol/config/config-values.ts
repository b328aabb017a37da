import { assert } from '../../kernel/assert.ts';
import {
  type ConfigDefinition,
  type ConfigTexts,
  type ConfigValue,
  KafkaConfigError,
} from './config-definition.ts';
import { type ClassCheck, parseConfig } from './parse-config.ts';

/** The values of all configs of one kind: what was given, and Kafka's defaults for the rest. */
export class ConfigValues {
  readonly #values: ReadonlyMap<string, ConfigValue>;
  readonly #given: ReadonlySet<string>;
  /** Names that Kafka does not know. It warns of them and goes on; so do we. */
  readonly unknown: readonly string[];

  constructor(
    values: ReadonlyMap<string, ConfigValue>,
    given: ReadonlySet<string>,
    unknown: readonly string[],
  ) {
    this.#values = values;
    this.#given = given;
    this.unknown = unknown;
  }

  /** Whether a person has set it, be it to its default. */
  isGiven(name: string): boolean {
    return this.#given.has(name);
  }

  value(name: string): ConfigValue {
    const value = this.#values.get(name);
    assert(value !== undefined, `${name} is a config of Kafka`);
    return value;
  }

  /** A number; LONGs beyond 2^53 - 1 are rounded, which no simulated time or size reaches. */
  number(name: string): number {
    return Number(this.value(name));
  }

  /** A number, or `undefined` where there is none. */
  numberIfSet(name: string): number | undefined {
    return this.value(name) === null ? undefined : this.number(name);
  }

  boolean(name: string): boolean {
    return this.value(name) === true;
  }

  text(name: string): string {
    const value = this.value(name);
    assert(typeof value === 'string', `${name} is text`);
    return value;
  }

  textIfSet(name: string): string | undefined {
    return this.value(name) === null ? undefined : this.text(name);
  }

  list(name: string): readonly string[] {
    const value = this.value(name);
    return typeof value === 'object' && value !== null ? value : [];
  }

  /** The same configs with some values replaced by what Kafka makes of them. */
  with(changes: Readonly<Record<string, ConfigValue>>): ConfigValues {
    const values = new Map([...this.#values, ...Object.entries(changes)]);
    return new ConfigValues(values, this.#given, this.unknown);
  }
}

/**
 * Parses texts by their definitions (`ConfigDef.parse`).
 * @throws {KafkaConfigError} In Kafka's words, for the first config that is wrong or missing.
 */
export function parseConfigs(
  definitions: readonly ConfigDefinition[],
  texts: ConfigTexts,
  hasClass: ClassCheck = () => true,
): ConfigValues {
  const values = new Map<string, ConfigValue>();
  const given = new Map(Object.entries(texts));
  for (const definition of definitions) {
    const text = given.get(definition.name);
    if (text !== undefined) values.set(definition.name, parseConfig(definition, text, hasClass));
    else if (definition.required === true) {
      throw new KafkaConfigError(
        `Missing required configuration "${definition.name}" which has no default value.`,
        { config: definition.name },
      );
    } else values.set(definition.name, definition.default ?? null);
  }
  const unknown = [...given.keys()].filter((name) => !values.has(name));
  return new ConfigValues(values, new Set(given.keys()), unknown);
}
