/** One config as Kafka's `ConfigDef` defines it. The unit of a number is the end of its name. */
export interface ConfigDefinition {
  readonly name: string;
  readonly type: ConfigType;
  /** Absent where the config must be given. */
  readonly default?: ConfigValue;
  readonly required?: true;
  readonly valid?: ValidationRule;
  readonly internal?: true;
  readonly deprecated?: true;
  /** For a broker config: whether it can be changed at run time, and for whom. */
  readonly update?: 'read-only' | 'per-broker' | 'cluster-wide';
  /** For a broker config: the configs that mean the same; the first one set wins. */
  readonly synonyms?: readonly string[];
  /** For a topic config: the broker configs that give its default; the first one set wins. */
  readonly brokerDefaults?: readonly BrokerDefault[];
  /** For a client quota: what it is set for. */
  readonly entity?: string;
}

/** `ConfigDef.Type`. */
export type ConfigType =
  'BOOLEAN' | 'CLASS' | 'DOUBLE' | 'INT' | 'LIST' | 'LONG' | 'PASSWORD' | 'SHORT' | 'STRING';

export interface BrokerDefault {
  readonly broker: string;
  /** From the unit of the broker's config to that of the topic's. */
  readonly multiplyBy?: number;
}

/** What makes a value valid (`ConfigDef.Validator`). */
export type ValidationRule =
  | RangeRule
  | { readonly kind: 'oneOf'; readonly values: readonly string[] }
  /** `values` in upper case. */
  | { readonly kind: 'oneOfIgnoringCase'; readonly values: readonly string[] }
  | { readonly kind: 'nonEmptyString' }
  | { readonly kind: 'nonNull' }
  | ListRule
  /** A class of its own, known by what it shows and, where it has one, its name. */
  | { readonly kind: 'other'; readonly shown: string; readonly class?: string };

/** Both bounds inclusive; null is no bound. */
export interface RangeRule {
  readonly kind: 'range';
  readonly min: number | null;
  readonly max: number | null;
}

/** `ConfigDef.ValidList`: repetitions are taken out first. */
export interface ListRule {
  readonly kind: 'list';
  /** None: any. */
  readonly values: readonly string[];
  readonly noDuplicates: true;
  readonly emptyAllowed: boolean;
  readonly nullAllowed: boolean;
}

/** A parsed value. A LONG beyond 2^53 - 1 stays decimal text, which is exact. */
export type ConfigValue = boolean | number | string | null | readonly string[];

/** Configs as a person writes them: Kafka's names, and text. */
export type Properties = Readonly<Record<string, string>>;

/** Kafka refuses a config: its own exception and words. */
export class KafkaConfigError extends Error {
  override readonly name = 'KafkaConfigError';
  /** Kafka's exception class, without its package. */
  readonly exception: string;
  /** The config that is wrong; undefined if it is no single one. */
  readonly config: string | undefined;
  /** What Kafka wraps, where it wraps the exception that says what is wrong. */
  override readonly cause: KafkaConfigError | undefined;

  constructor(
    message: string,
    about: { exception?: string; config?: string; cause?: KafkaConfigError } = {},
  ) {
    super(message);
    this.exception = about.exception ?? 'ConfigException';
    this.config = about.config ?? about.cause?.config;
    this.cause = about.cause;
  }

  /** What is wrong, for a person: the words of the innermost exception that says it in words. */
  get explanation(): string {
    const cause = this.cause?.explanation ?? '';
    return cause.includes(' ') ? cause : this.message;
  }
}

/** `ConfigException(name, value, message)`. */
export function invalidValue(config: string, value: unknown, message: string): KafkaConfigError {
  const text = `Invalid value ${shown(value)} for configuration ${config}: ${message}`;
  return new KafkaConfigError(text, { config });
}

/** `InvalidConfigurationException`, which brokers answer with INVALID_CONFIG. */
export function invalidConfiguration(message: string, config: string): KafkaConfigError {
  return new KafkaConfigError(message, { exception: 'InvalidConfigurationException', config });
}

/** As Java prints a value. */
function shown(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}
