import { derivedFrom } from '../../kernel/remembered.ts';
import { type ConfigValue } from './config-definition.ts';
import { ConfigSchema, type ConfigValues } from './config-values.ts';
import { topicDefinitions } from './tables/topic.ts';

export const topicSchema = new ConfigSchema(topicDefinitions);

/** What topics have where they set nothing (`KafkaConfig.extractLogConfigMap`). */
export const topicDefaults = derivedFrom(
  (broker: ConfigValues): ReadonlyMap<string, ConfigValue> => {
    const defaults = new Map(topicSchema.defaults);
    for (const { name, brokerDefaults = [] } of topicDefinitions) {
      for (const { broker: brokerConfig, multiplyBy = 1 } of brokerDefaults) {
        const value = broker.value(brokerConfig);
        if (value === null) continue;
        defaults.set(name, typeof value === 'number' ? value * multiplyBy : value);
        break;
      }
    }
    // Negative means no limit, in whatever unit it was given.
    if (Number(defaults.get('retention.ms')) < 0) defaults.set('retention.ms', -1);
    return defaults;
  },
);
