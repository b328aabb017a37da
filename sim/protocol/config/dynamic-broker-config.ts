import { KafkaConfigError, type Properties } from './config-definition.ts';
import { ConfigSchema } from './config-values.ts';
import { brokerSchema } from './broker-config.ts';
import { brokerDefinitions } from './tables/broker.ts';
import { brokerQuotaDefinitions } from './tables/broker-quota.ts';

/** What can be changed while brokers run: these broker configs, and quotas on replication. */
const dynamicSchema = new ConfigSchema([
  ...brokerDefinitions.filter(({ update }) => update !== 'read-only'),
  ...brokerQuotaDefinitions,
]);

/** Key stores belong to a listener, and change only by its prefix (`SslConfigs.RECONFIGURABLE_CONFIGS`). */
const keyStoreConfig =
  /^ssl\.(?:keystore\.(?:type|location|password|certificate\.chain|key)|key\.password|truststore\.(?:type|location|password|certificates))$/u;

const listenerPrefix = /^listener\.name\.[^.]*\./u;

/**
 * Checks configs that are to be changed while brokers run (`DynamicBrokerConfig.validateConfigs`).
 * @param target One broker, or all that set nothing themselves.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function checkDynamicBrokerConfig(
  properties: Properties,
  target: 'one broker' | 'cluster default',
): void {
  const names = Object.keys(properties);
  refuse(
    names.filter((name) => brokerSchema.definitions.get(name)?.update === 'read-only'),
    'Cannot update these configs dynamically',
  );
  refuse(
    names.filter((name) => keyStoreConfig.test(name)),
    'These security configs can be dynamically updated only per-listener using the listener prefix',
  );
  const unprefixed: Record<string, string> = {};
  for (const [name, text] of Object.entries(properties)) unprefixed[baseName(name)] = text;
  dynamicSchema.parse(unprefixed);
  if (target === 'one broker') return;
  refuse(
    names.filter(isPerBroker),
    'Cannot update these configs at default cluster level, broker id must be specified',
  );
}

function isPerBroker(name: string): boolean {
  const update = dynamicSchema.definitions.get(baseName(name))?.update;
  return update === 'per-broker' || (listenerPrefix.test(name) && update !== 'cluster-wide');
}

function baseName(name: string): string {
  return name.replace(listenerPrefix, '');
}

function refuse(names: readonly string[], problem: string): void {
  if (names[0] === undefined) return;
  throw new KafkaConfigError(`${problem}: [${names.join(', ')}]`, { config: names[0] });
}
