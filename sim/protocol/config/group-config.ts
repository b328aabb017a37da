import { type ConfigValue, invalidConfiguration, type Properties } from './config-definition.ts';
import { ConfigSchema, type ConfigValues } from './config-values.ts';
import { groupBounds, groupKinds } from './group-bounds.ts';
import { groupDefinitions } from './tables/group.ts';

/** The configs of one group of the consumer protocol (KIP-848) that the model acts on. */
export interface GroupConfig {
  readonly consumerSessionTimeoutMs: number;
  readonly consumerHeartbeatIntervalMs: number;
  readonly consumerAssignmentIntervalMs: number;
}

export const groupSchema = new ConfigSchema(groupDefinitions);

/**
 * The configs that a group may be given (`GroupConfig.validate`).
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function parseGroupConfig(properties: Properties, broker: ConfigValues): ConfigValues {
  for (const name of Object.keys(properties)) {
    if (groupSchema.definitions.has(name)) continue;
    throw invalidConfiguration(`Unknown group config name: ${name}`, name);
  }
  const values = groupSchema.parse(properties, { defaults: groupDefaults(broker) });
  for (const { config, min, max, isOptional } of groupBounds) {
    if (isOptional && !values.isGiven(config)) continue;
    if (min !== undefined && values.number(config) < broker.number(min)) {
      throw invalidConfiguration(`${config} must be greater than or equal to ${min}`, config);
    }
    if (values.number(config) > broker.number(max)) {
      throw invalidConfiguration(`${config} must be less than or equal to ${max}`, config);
    }
  }
  for (const kind of groupKinds) {
    const [session, heartbeat] = [`${kind}.session.timeout.ms`, `${kind}.heartbeat.interval.ms`];
    if (values.number(session) > values.number(heartbeat)) continue;
    throw invalidConfiguration(`${session} must be greater than ${heartbeat}`, session);
  }
  return values;
}

/** Moves what a group was given into the bounds that its broker has now (`GroupConfig.evaluate`). */
export function clampGroupConfig(properties: Properties, broker: ConfigValues): Properties {
  const clamped: Record<string, string> = { ...properties };
  for (const { config, min, max } of groupBounds) {
    const text = properties[config];
    if (text === undefined) continue;
    const least = min === undefined ? Number(text) : broker.number(min);
    const value = Math.min(Math.max(Number(text), least), broker.number(max));
    if (value !== Number(text)) clamped[config] = String(value);
  }
  return clamped;
}

/** Picks what the model acts on. Checks nothing. */
export function groupConfigOf(values: ConfigValues): GroupConfig {
  return {
    consumerSessionTimeoutMs: values.number('consumer.session.timeout.ms'),
    consumerHeartbeatIntervalMs: values.number('consumer.heartbeat.interval.ms'),
    consumerAssignmentIntervalMs: values.number('consumer.assignment.interval.ms'),
  };
}

/** What groups have where they set nothing (`GroupCoordinatorConfig.extractGroupConfigMap`). */
function groupDefaults(broker: ConfigValues): ReadonlyMap<string, ConfigValue> {
  const defaults = new Map(groupSchema.defaults);
  for (const { config, isOptional } of groupBounds) {
    if (!isOptional) defaults.set(config, broker.value(`group.${config}`));
  }
  return defaults;
}
