import { remembered } from '../../kernel/remembered.ts';
import { type CompressionType } from '../record-batch.ts';
import { type ClassPath } from './class-path.ts';
import {
  assumedMachine,
  checkBootstrapServers,
  checkClass,
  type ClientConfig,
  clientConfigOf,
  type ClientMachine,
  construct,
  postProcessClient,
} from './client-config.ts';
import { type ConfigValue, KafkaConfigError, type Properties } from './config-definition.ts';
import { ConfigSchema, type ConfigValues } from './config-values.ts';
import { producerDefinitions } from './tables/producer.ts';

/** The configs of a producer that the model acts on. Times in milliseconds, sizes in bytes. */
export interface ProducerConfig extends ClientConfig {
  /** -1 is `all`. */
  readonly acks: -1 | 0 | 1;
  readonly enableIdempotence: boolean;
  readonly transactionalId: string | undefined;
  readonly transactionTimeoutMs: number;
  readonly retries: number;
  readonly maxInFlightRequestsPerConnection: number;
  /** At least 1: 0 means batches of one record. */
  readonly batchSize: number;
  /** At most 2147483647. */
  readonly lingerMs: number;
  readonly bufferMemory: number;
  readonly maxBlockMs: number;
  readonly maxRequestSize: number;
  /** At least `lingerMs` + `requestTimeoutMs`. */
  readonly deliveryTimeoutMs: number;
  readonly compressionType: CompressionType;
  readonly metadataMaxIdleMs: number;
  /** Undefined: the built-in partitioner. */
  readonly partitionerClass: string | undefined;
  /** Only the built-in partitioner adapts. */
  readonly partitionerAdaptivePartitioningEnable: boolean;
  readonly partitionerAvailabilityTimeoutMs: number;
  readonly partitionerIgnoreKeys: boolean;
}

export const producerSchema = new ConfigSchema(producerDefinitions);

/** What the simulated world or an application's code gives where a file leaves it out. */
export const assumedProducerProperties: Properties = {
  'bootstrap.servers': 'broker-1:9092',
  'key.serializer': 'org.apache.kafka.common.serialization.ByteArraySerializer',
  'value.serializer': 'org.apache.kafka.common.serialization.ByteArraySerializer',
};

/**
 * The configs of a producer as a constructed `KafkaProducer` uses them.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function resolveProducerConfig(
  properties: Properties,
  machine: ClientMachine = assumedMachine,
): ProducerConfig {
  return machine === assumedMachine ? resolved(properties) : resolve(properties, machine);
}

const resolved = remembered((properties: Properties) => resolve(properties, assumedMachine));

function resolve(properties: Properties, machine: ClientMachine): ProducerConfig {
  const all = { ...assumedProducerProperties, ...properties };
  const values = parseProducerConfig(all, machine.classPath);
  return construct('producer', () => {
    for (const config of ['key.serializer', 'value.serializer']) {
      const implemented = 'org.apache.kafka.common.serialization.Serializer';
      checkClass(values, machine.classPath, { config, implemented });
    }
    checkDeliveryTimeout(values);
    checkBootstrapServers(values, machine.resolves);
    return producerConfigOf(values);
  });
}

/**
 * The configs of a producer as the class `ProducerConfig` leaves them.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function parseProducerConfig(properties: Properties, classPath?: ClassPath): ConfigValues {
  const options = classPath === undefined ? {} : { classPath };
  const values = postProcessClient(producerSchema.parse(properties, options));
  const acks = acksOf(values);
  const isIdempotent = resolveIdempotence(values, acks);
  if (!isIdempotent && values.isGiven('transactional.id')) {
    throw new KafkaConfigError('Cannot set a transactional.id without also enabling idempotence.', {
      config: 'transactional.id',
    });
  }
  checkTwoPhaseCommit(values);

  const changes: Record<string, ConfigValue> = {
    acks: String(acks),
    'enable.idempotence': isIdempotent,
  };
  if (!values.isGiven('client.id')) {
    // Kafka counts the producers of one JVM; here each client is a process of its own.
    changes['client.id'] = `producer-${values.textIfSet('transactional.id') ?? '1'}`;
  }
  return values.with(changes);
}

/** Picks what the model acts on. Checks nothing. */
export function producerConfigOf(values: ConfigValues): ProducerConfig {
  const partitionerClass = values.textIfSet('partitioner.class');
  return {
    ...clientConfigOf(values),
    acks: acksOf(values),
    enableIdempotence: values.boolean('enable.idempotence'),
    transactionalId: values.textIfSet('transactional.id'),
    transactionTimeoutMs: values.number('transaction.timeout.ms'),
    retries: values.number('retries'),
    maxInFlightRequestsPerConnection: values.number('max.in.flight.requests.per.connection'),
    batchSize: Math.max(1, values.number('batch.size')),
    lingerMs: lingerMsOf(values),
    bufferMemory: values.number('buffer.memory'),
    maxBlockMs: values.number('max.block.ms'),
    maxRequestSize: values.number('max.request.size'),
    deliveryTimeoutMs: Math.max(
      values.number('delivery.timeout.ms'),
      leastDeliveryTimeoutMs(values),
    ),
    compressionType: compressionTypeOf(values.text('compression.type')),
    metadataMaxIdleMs: values.number('metadata.max.idle.ms'),
    partitionerClass,
    partitionerAdaptivePartitioningEnable:
      values.boolean('partitioner.adaptive.partitioning.enable') && partitionerClass === undefined,
    partitionerAvailabilityTimeoutMs: values.number('partitioner.availability.timeout.ms'),
    partitionerIgnoreKeys: values.boolean('partitioner.ignore.keys'),
  };
}

/**
 * Whether the producer is idempotent (`ProducerConfig.postProcessAndValidateIdempotenceConfigs`):
 * switched off silently by other configs, unless a person asked for it.
 */
function resolveIdempotence(values: ConfigValues, acks: -1 | 0 | 1): boolean {
  if (!values.boolean('enable.idempotence')) return false;
  const isAskedFor = values.isGiven('enable.idempotence');
  const hasRetries = values.number('retries') > 0;
  if (!hasRetries && isAskedFor) {
    throw new KafkaConfigError('Must set retries to non-zero when using the idempotent producer.', {
      config: 'retries',
    });
  }
  if (acks !== -1 && isAskedFor) {
    throw new KafkaConfigError(
      'Must set acks to all in order to use the idempotent producer. Otherwise we cannot ' +
        'guarantee idempotence.',
      { config: 'acks' },
    );
  }
  // Tested also where idempotence is just being switched off: only an explicit false escapes it.
  const config = 'max.in.flight.requests.per.connection';
  const inFlight = values.number(config);
  if (inFlight > 5) {
    const text = `To use the idempotent producer, ${config} must be set to at most 5. Current value is ${inFlight}.`;
    throw new KafkaConfigError(text, { config });
  }
  return hasRetries && acks === -1;
}

function checkTwoPhaseCommit(values: ConfigValues): void {
  if (!values.boolean('transaction.two.phase.commit.enable')) return;
  if (!values.isGiven('transaction.timeout.ms')) return;
  throw new KafkaConfigError(
    'Cannot set transaction.timeout.ms when transaction.two.phase.commit.enable is set to true. ' +
      'Transactions will not expire with two-phase commit enabled.',
    { config: 'transaction.timeout.ms' },
  );
}

/** `KafkaProducer.configureDeliveryTimeout`: a time-out that is too short is raised if not set. */
function checkDeliveryTimeout(values: ConfigValues): void {
  const config = 'delivery.timeout.ms';
  if (!values.isGiven(config)) return;
  if (values.number(config) >= leastDeliveryTimeoutMs(values)) return;
  const text = `${config} should be equal to or larger than linger.ms + request.timeout.ms`;
  throw new KafkaConfigError(text, { config });
}

const maxInt = 2_147_483_647;

function leastDeliveryTimeoutMs(values: ConfigValues): number {
  return Math.min(lingerMsOf(values) + values.number('request.timeout.ms'), maxInt);
}

function lingerMsOf(values: ConfigValues): number {
  return Math.min(values.number('linger.ms'), maxInt);
}

function acksOf(values: ConfigValues): -1 | 0 | 1 {
  const text = values.text('acks');
  if (text === '0') return 0;
  return text === '1' ? 1 : -1;
}

function compressionTypeOf(text: string): CompressionType {
  return text === 'gzip' || text === 'snappy' || text === 'lz4' || text === 'zstd' ? text : 'none';
}
