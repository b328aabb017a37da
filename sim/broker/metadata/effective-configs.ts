import { brokerSchema } from '../../protocol/config/broker-config.ts';
import { assumedClassPath } from '../../protocol/config/class-path.ts';
import { type ConfigValue } from '../../protocol/config/config-definition.ts';
import { type ConfigValues } from '../../protocol/config/config-values.ts';
import { parseValue } from '../../protocol/config/parse-value.ts';
import { resolveTopicConfig, type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type ConfigOverrides, type MetadataImage } from './metadata-image.ts';

/** The name of the dynamic configs of all brokers. */
const everyBroker = '';

/**
 * The configs of topics on this broker: what the topic sets, then this broker's dynamic configs, then
 * those of all brokers, then this broker's properties, then Kafka's defaults.
 */
export class EffectiveConfigs {
  readonly #image: MetadataImage;
  readonly #broker: { readonly brokerId: number; readonly values: ConfigValues };
  #values: ConfigValues;

  constructor(
    image: MetadataImage,
    broker: { readonly brokerId: number; readonly values: ConfigValues },
  ) {
    this.#image = image;
    this.#broker = broker;
    this.#values = broker.values;
  }

  ofTopic(topic: string): TopicConfig {
    const own = Object.fromEntries(this.#image.topicConfig(topic));
    return resolveTopicConfig(own, { values: this.#values });
  }

  /** To be told when dynamic configs of brokers have changed. */
  brokerConfigsChanged(): void {
    const changes: Record<string, ConfigValue> = {};
    addParsed(changes, this.#image.brokerConfig(everyBroker));
    addParsed(changes, this.#image.brokerConfig(String(this.#broker.brokerId)));
    this.#values = this.#broker.values.with(changes);
  }
}

function addParsed(changes: Record<string, ConfigValue>, overrides: ConfigOverrides): void {
  for (const [name, text] of overrides) {
    const definition = brokerSchema.definitions.get(name);
    if (definition !== undefined) {
      changes[name] = parseValue(definition, text, assumedClassPath);
    }
  }
}
