import { assert } from '../../kernel/assert.ts';
import { assumedClassPath, type ClassPath } from './class-path.ts';
import {
  type ConfigDefinition,
  type ConfigValue,
  KafkaConfigError,
  type Properties,
} from './config-definition.ts';
import { parseValue } from './parse-value.ts';
import { validateValue } from './validate-value.ts';

/** The definitions of one of Kafka's config classes, and their defaults. */
export class ConfigSchema {
  readonly definitions: ReadonlyMap<string, ConfigDefinition>;
  readonly defaults: ReadonlyMap<string, ConfigValue>;
  readonly #required: readonly string[];

  constructor(definitions: readonly ConfigDefinition[]) {
    this.definitions = new Map(definitions.map((definition) => [definition.name, definition]));
    this.defaults = new Map(definitions.map(({ name, default: value = null }) => [name, value]));
    this.#required = definitions.filter(({ required }) => required).map(({ name }) => name);
  }

  /**
   * Parses and validates texts (`ConfigDef.parse`). Unknown names are kept, as Kafka keeps them.
   * Of several that are wrong, the first as written is told; Kafka takes the first as defined.
   * @param defaults Stands in for what is not given.
   * @throws {KafkaConfigError} In Kafka's words.
   */
  parse(
    properties: Properties,
    { defaults = this.defaults, classPath = assumedClassPath }: ParseOptions = {},
  ): ConfigValues {
    const given = new Map(Object.entries(properties));
    const parsed = new Map<string, ConfigValue>();
    for (const [name, text] of given) {
      const definition = this.definitions.get(name);
      if (definition !== undefined) parsed.set(name, parseAndValidate(definition, text, classPath));
    }
    for (const name of this.#required) {
      if (given.has(name)) continue;
      const text = `Missing required configuration "${name}" which has no default value.`;
      throw new KafkaConfigError(text, { config: name });
    }
    return new ConfigValues(given, parsed, defaults);
  }
}

export interface ParseOptions {
  readonly defaults?: ReadonlyMap<string, ConfigValue>;
  readonly classPath?: ClassPath;
}

/** `ConfigDef.parseValue`. */
function parseAndValidate(
  definition: ConfigDefinition,
  text: string,
  classPath: ClassPath,
): ConfigValue {
  let value = parseValue(definition, text, classPath);
  if (definition.valid?.kind === 'list' && typeof value === 'object' && value !== null) {
    value = [...new Set(value)];
  }
  validateValue(definition, value);
  return value;
}

/** The values of all configs of one class: those given, and the defaults for the rest. */
export class ConfigValues {
  /** What a person has set, as written; also what Kafka does not know. */
  readonly given: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, ConfigValue>;
  readonly #defaults: ReadonlyMap<string, ConfigValue>;

  constructor(
    given: ReadonlyMap<string, string>,
    values: ReadonlyMap<string, ConfigValue>,
    defaults: ReadonlyMap<string, ConfigValue>,
  ) {
    this.given = given;
    this.#values = values;
    this.#defaults = defaults;
  }

  /** Whether a person has set it, be it to its default. */
  isGiven(name: string): boolean {
    return this.given.has(name);
  }

  value(name: string): ConfigValue {
    const value = this.#values.get(name) ?? this.#defaults.get(name);
    assert(value !== undefined, `${name} is a config of Kafka`);
    return value;
  }

  /** A number; a LONG beyond 2^53 - 1 is rounded, which no simulated time or size reaches. */
  number(name: string): number {
    return Number(this.value(name));
  }

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

  /** The same with some values replaced by what Kafka makes of them. */
  with(changes: Readonly<Record<string, ConfigValue>>): ConfigValues {
    const values = new Map([...this.#values, ...Object.entries(changes)]);
    return new ConfigValues(this.given, values, this.#defaults);
  }
}
