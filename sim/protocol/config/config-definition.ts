/** One config as Kafka's `ConfigDef` defines it. */
export interface ConfigDefinition {
  readonly name: string;
  /** `ConfigDef.Type`: BOOLEAN, CLASS, DOUBLE, INT, LIST, LONG, PASSWORD, SHORT or STRING. */
  readonly type: string;
  /** Absent where the config must be given. Whole numbers beyond 2^53 - 1 are decimal text. */
  readonly default?: ConfigValue;
  readonly required?: boolean;
  readonly valid?: ValidationRule;
  /** For a topic config: the broker configs that give its default, the first one set wins. */
  readonly brokerDefaults?: readonly { readonly broker: string; readonly multiplyBy?: number }[];
}

/** What makes a value valid; `kind` says which of the other fields mean something. */
export interface ValidationRule {
  readonly kind: string;
  readonly min?: number | string | null;
  readonly max?: number | string | null;
  readonly values?: readonly string[];
  readonly noDuplicates?: boolean;
  readonly emptyAllowed?: boolean;
  readonly nullAllowed?: boolean;
  readonly shown?: string;
  readonly class?: string;
}

/** A parsed value. A LONG beyond 2^53 - 1 stays decimal text. */
export type ConfigValue = boolean | number | string | null | readonly string[];

/** Configs as a person writes them: Kafka's names, and text. */
export type ConfigTexts = Readonly<Record<string, string>>;

/** Kafka refuses a config: its own exception and words. */
export class KafkaConfigError extends Error {
  override readonly name = 'KafkaConfigError';
  /** Kafka's exception class, without its package. */
  readonly exception: string;
  /** The config that is wrong; null if it is about several. */
  readonly config: string | null;
  /** Set where Kafka's constructor wraps the exception: what the wrapper says. */
  readonly wrapper: string | null;

  constructor(message: string, at: { config?: string; exception?: string; wrapper?: string } = {}) {
    super(message);
    this.exception = at.exception ?? 'ConfigException';
    this.config = at.config ?? null;
    this.wrapper = at.wrapper ?? null;
  }
}

/** `ConfigException(name, value, message)`. */
export function invalidValue(config: string, value: unknown, message: string): KafkaConfigError {
  return new KafkaConfigError(
    `Invalid value ${shown(value)} for configuration ${config}: ${message}`,
    {
      config,
    },
  );
}

/** As Java prints a value. */
function shown(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}
