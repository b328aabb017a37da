import { type ConfigDefinition, type ConfigValue } from '../protocol/config/config-definition.ts';
import { topicSchema } from '../protocol/config/topic-defaults.ts';
import { type CreatableTopicConfigs } from '../protocol/messages/create-topics-response.ts';
import { type ConfigEntries, configResource, wholeCluster } from './config-state.ts';
import { type ControllerState } from './controller-state.ts';

/** Kafka's numbers of where a value comes from (`DescribeConfigsResponse.ConfigSource`). */
const configSource = {
  topic: 1,
  dynamicBroker: 2,
  dynamicDefaultBroker: 3,
  staticBroker: 4,
  default: 5,
} as const;

/** All configs that a topic has with these of its own (`KafkaConfigSchema`), by name. */
export function effectiveTopicConfigs(
  state: ControllerState,
  own: ConfigEntries,
): readonly CreatableTopicConfigs[] {
  return [...topicSchema.definitions.values()]
    .filter(({ name, internal }) => internal !== true || own.has(name))
    .map((definition) => ({
      name: definition.name,
      ...valueOf(state, own, definition),
      readOnly: false,
      isSensitive: false,
    }));
}

interface SourcedValue {
  readonly value: string | null;
  readonly configSource: number;
}

function valueOf(
  { configs, setup }: ControllerState,
  own: ConfigEntries,
  { name, brokerDefaults = [], default: fallback = null }: ConfigDefinition,
): SourcedValue {
  const ownValue = own.get(name);
  if (ownValue !== undefined) return { value: ownValue, configSource: configSource.topic };

  const node = configs.of(configResource.broker, String(setup.controllerId));
  const cluster = configs.of(configResource.broker, wholeCluster);
  for (const [entries, source] of [
    [node, configSource.dynamicBroker],
    [cluster, configSource.dynamicDefaultBroker],
  ] as const) {
    for (const { broker, multiplyBy } of brokerDefaults) {
      const value = entries.get(broker);
      if (value !== undefined) return { value: converted(value, multiplyBy), configSource: source };
    }
  }
  for (const { broker, multiplyBy } of brokerDefaults) {
    if (!setup.config.values.isGiven(broker)) continue;
    const value = asText(setup.config.values.value(broker));
    if (value === null) continue;
    return { value: converted(value, multiplyBy), configSource: configSource.staticBroker };
  }
  return { value: asText(fallback), configSource: configSource.default };
}

/** From the unit of the broker's config to that of the topic's. Negative means unlimited in any. */
function converted(value: string, multiplyBy: number | undefined): string {
  if (multiplyBy === undefined) return value;
  return Number(value) < 0 ? '-1' : String(Number(value) * multiplyBy);
}

function asText(value: ConfigValue): string | null {
  if (value === null) return null;
  return typeof value === 'object' ? value.join(',') : String(value);
}
