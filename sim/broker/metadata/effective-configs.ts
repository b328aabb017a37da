import { rememberedOf } from '../../kernel/remembered.ts';
import { brokerSchema } from '../../protocol/config/broker-config.ts';
import { assumedClassPath } from '../../protocol/config/class-path.ts';
import { type ConfigValue } from '../../protocol/config/config-definition.ts';
import { type ConfigValues } from '../../protocol/config/config-values.ts';
import { parseValue } from '../../protocol/config/parse-value.ts';
import { resolveTopicConfig, type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type MetadataImage } from './metadata-image.ts';

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
    const { brokerId, values } = this.#broker;
    this.#values = withOverrides(values, [
      ...this.#image.brokerConfig(everyBroker),
      ...this.#image.brokerConfig(String(brokerId)),
    ]);
  }
}

/** Later ones count. All brokers of a run come to the same, and those of the next run. */
const withOverrides = rememberedOf(
  (values: ConfigValues, overrides: readonly (readonly [name: string, text: string])[]) => {
    const changes: Record<string, ConfigValue> = {};
    for (const [name, text] of overrides) {
      const definition = brokerSchema.definitions.get(name);
      if (definition !== undefined) changes[name] = parseValue(definition, text, assumedClassPath);
    }
    return values.with(changes);
  },
);
