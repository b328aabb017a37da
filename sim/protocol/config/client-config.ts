import { assumedClassPath, type ClassPath } from './class-path.ts';
import { type ConfigValue, invalidValue, KafkaConfigError } from './config-definition.ts';
import { type ConfigValues } from './config-values.ts';
import { parseHostPort } from './host-port.ts';

/** What of a real client's machine decides whether its configs are accepted. */
export interface ClientMachine {
  readonly classPath: ClassPath;
  /** Whether a host name of `bootstrap.servers` can be resolved. */
  readonly resolves: (host: string) => boolean;
}

/** The class path that is assumed, and a name service that knows every host. */
export const assumedMachine: ClientMachine = {
  classPath: assumedClassPath,
  resolves: () => true,
};

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

/**
 * What every client's config class does after parsing: a reconnect backoff without a maximum is a
 * constant one (`CommonClientConfigs.postProcessReconnectBackoffConfigs`).
 * @throws {KafkaConfigError} For SASL without a mechanism.
 */
export function postProcessClient(values: ConfigValues): ConfigValues {
  const protocol = values.text('security.protocol').toUpperCase();
  if (protocol.startsWith('SASL') && values.text('sasl.mechanism') === '') {
    throw invalidValue(
      'sasl.mechanism',
      null,
      'When the security.protocol configuration enables SASL, mechanism must be non-null and ' +
        'non-empty string.',
    );
  }
  const changes: Record<string, ConfigValue> = {};
  if (values.isGiven('reconnect.backoff.ms') && !values.isGiven('reconnect.backoff.max.ms')) {
    changes['reconnect.backoff.max.ms'] = values.value('reconnect.backoff.ms');
  }
  return values.with(changes);
}

/**
 * Checks `bootstrap.servers` as a client's constructor does (`ClientUtils.parseAndValidateAddresses`).
 * @throws {KafkaConfigError} If an address is malformed, or none can be resolved.
 */
export function checkBootstrapServers(
  values: ConfigValues,
  resolves: (host: string) => boolean,
): void {
  const config = 'bootstrap.servers';
  let isAnyResolved = false;
  for (const url of values.list(config)) {
    const address = parseHostPort(url);
    if (address === undefined) {
      throw new KafkaConfigError(`Invalid url in ${config}: ${url}`, { config });
    }
    if (address.port > 65_535) {
      throw new KafkaConfigError(`Invalid port in ${config}: ${url}`, { config });
    }
    isAnyResolved ||= resolves(address.host);
  }
  if (isAnyResolved) return;
  throw new KafkaConfigError(`No resolvable bootstrap urls given in ${config}`, { config });
}

/**
 * Checks that the classes which a config names do what they are named for.
 * @throws {KafkaConfigError} If one does not.
 */
export function checkClass(
  values: ConfigValues,
  classPath: ClassPath,
  { config, implemented }: { config: string; implemented: string },
): void {
  const className = values.textIfSet(config);
  if (className === undefined || classPath.implements(className, implemented)) return;
  const text = `class ${className} is not an instance of ${implemented}`;
  throw new KafkaConfigError(text, { exception: 'KafkaException', config });
}

/**
 * Runs what a client's constructor does with its accepted configs.
 * @throws {KafkaConfigError} What goes wrong there, wrapped as the constructor wraps it.
 */
export function construct<T>(client: 'producer' | 'consumer', constructor: () => T): T {
  try {
    return constructor();
  } catch (error) {
    if (!(error instanceof KafkaConfigError)) throw error;
    const text = `Failed to construct kafka ${client}`;
    throw new KafkaConfigError(text, { exception: 'KafkaException', cause: error });
  }
}
