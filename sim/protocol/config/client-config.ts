import { KafkaConfigError } from './config-definition.ts';
import { type ConfigValues } from './config-values.ts';

/** What producers, consumers and admin clients share. Times in milliseconds. */
export interface ClientConfig {
  readonly clientId: string;
  readonly requestTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
  readonly reconnectBackoffMs: number;
  readonly reconnectBackoffMaxMs: number;
  readonly socketConnectionSetupTimeoutMs: number;
  readonly socketConnectionSetupTimeoutMaxMs: number;
  readonly connectionsMaxIdleMs: number;
  readonly metadataMaxAgeMs: number;
  readonly metadataRecoveryStrategy: 'none' | 'rebootstrap';
  readonly metadataRecoveryRebootstrapTriggerMs: number;
}

export function clientConfigOf(values: ConfigValues): ClientConfig {
  const strategy = values.text('metadata.recovery.strategy').toLowerCase();
  return {
    clientId: values.text('client.id'),
    requestTimeoutMs: values.number('request.timeout.ms'),
    retryBackoffMs: values.number('retry.backoff.ms'),
    retryBackoffMaxMs: values.number('retry.backoff.max.ms'),
    reconnectBackoffMs: values.number('reconnect.backoff.ms'),
    reconnectBackoffMaxMs: values.number('reconnect.backoff.max.ms'),
    socketConnectionSetupTimeoutMs: values.number('socket.connection.setup.timeout.ms'),
    socketConnectionSetupTimeoutMaxMs: values.number('socket.connection.setup.timeout.max.ms'),
    connectionsMaxIdleMs: values.number('connections.max.idle.ms'),
    metadataMaxAgeMs: values.number('metadata.max.age.ms'),
    metadataRecoveryStrategy: strategy === 'none' ? 'none' : 'rebootstrap',
    metadataRecoveryRebootstrapTriggerMs: values.number('metadata.recovery.rebootstrap.trigger.ms'),
  };
}

/** `CommonClientConfigs.postProcessReconnectBackoffConfigs` and the check of the SASL mechanism. */
export function postProcessClient(values: ConfigValues): ConfigValues {
  const protocol = values.text('security.protocol').toUpperCase();
  if (protocol.startsWith('SASL') && values.text('sasl.mechanism') === '') {
    throw new KafkaConfigError(
      'Invalid value null for configuration sasl.mechanism: When the security.protocol ' +
        'configuration enables SASL, mechanism must be non-null and non-empty string.',
      { config: 'sasl.mechanism' },
    );
  }
  const isMaxGiven = values.isGiven('reconnect.backoff.max.ms');
  if (isMaxGiven || !values.isGiven('reconnect.backoff.ms')) return values;
  return values.with({ 'reconnect.backoff.max.ms': values.number('reconnect.backoff.ms') });
}

/**
 * Checks `bootstrap.servers` as the clients' constructors do (`ClientUtils.parseAndValidateAddresses`).
 * @throws {KafkaConfigError} Wrapped as the constructor of a `client` wraps it.
 */
export function checkBootstrapServers(values: ConfigValues, client: 'producer' | 'consumer'): void {
  for (const url of values.list('bootstrap.servers')) {
    const match = /^(?:.*:\/\/)?\[?(?<host>[0-9a-zA-Z\-%._:]*)\]?:(?<port>[0-9]+)$/u.exec(url);
    if (match?.groups?.['host'] === undefined || match.groups['host'] === '') {
      throw constructorError(
        client,
        `Invalid url in bootstrap.servers: ${url}`,
        'bootstrap.servers',
      );
    }
    if (Number(match.groups['port']) > 65_535) {
      throw constructorError(
        client,
        `Invalid port in bootstrap.servers: ${url}`,
        'bootstrap.servers',
      );
    }
  }
}

/** What a client's constructor throws after its configs were accepted. */
export function constructorError(
  client: 'producer' | 'consumer',
  message: string,
  config: string,
  exception = 'ConfigException',
): KafkaConfigError {
  return new KafkaConfigError(message, {
    config,
    exception,
    wrapper: `Failed to construct kafka ${client}`,
  });
}
