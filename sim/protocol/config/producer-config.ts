import { type CompressionType } from '../record-batch.ts';
import {
  checkBootstrapServers,
  type ClientConfig,
  clientConfigOf,
  constructorError,
  postProcessClient,
} from './client-config.ts';
import { type ConfigTexts, type ConfigValue, KafkaConfigError } from './config-definition.ts';
import { type ConfigValues, parseConfigs } from './config-values.ts';
import { type ClassCheck } from './parse-config.ts';
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
  readonly batchSize: number;
  readonly lingerMs: number;
  readonly bufferMemory: number;
  readonly maxBlockMs: number;
  readonly maxRequestSize: number;
  readonly deliveryTimeoutMs: number;
  readonly compressionType: CompressionType;
  readonly metadataMaxIdleMs: number;
  readonly partitionerClass: string | undefined;
  readonly partitionerAdaptivePartitioningEnable: boolean;
  readonly partitionerAvailabilityTimeoutMs: number;
  readonly partitionerIgnoreKeys: boolean;
}

/**
 * The configs of a producer as `ProducerConfig` leaves them.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function parseProducerConfig(texts: ConfigTexts, hasClass?: ClassCheck): ConfigValues {
  const values = postProcessClient(parseConfigs(producerDefinitions, texts, hasClass));
  checkTwoPhaseCommit(values);
  return postProcessIdempotence(values);
}

/**
 * The configs of a producer as a constructed `KafkaProducer` uses them.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function resolveProducerConfig(values: ConfigValues): ProducerConfig {
  checkBootstrapServers(values, 'producer');
  return {
    ...clientConfigOf(values),
    acks: acksOf(values.text('acks')),
    enableIdempotence: values.boolean('enable.idempotence'),
    transactionalId: values.textIfSet('transactional.id'),
    transactionTimeoutMs: values.number('transaction.timeout.ms'),
    retries: values.number('retries'),
    maxInFlightRequestsPerConnection: values.number('max.in.flight.requests.per.connection'),
    batchSize: values.number('batch.size'),
    lingerMs: lingerMsOf(values),
    bufferMemory: values.number('buffer.memory'),
    maxBlockMs: values.number('max.block.ms'),
    maxRequestSize: values.number('max.request.size'),
    deliveryTimeoutMs: deliveryTimeoutMsOf(values),
    compressionType: compressionTypeOf(values.text('compression.type')),
    metadataMaxIdleMs: values.number('metadata.max.idle.ms'),
    partitionerClass: values.textIfSet('partitioner.class'),
    partitionerAdaptivePartitioningEnable: values.boolean(
      'partitioner.adaptive.partitioning.enable',
    ),
    partitionerAvailabilityTimeoutMs: values.number('partitioner.availability.timeout.ms'),
    partitionerIgnoreKeys: values.boolean('partitioner.ignore.keys'),
  };
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

/** `ProducerConfig.postProcessAndValidateIdempotenceConfigs`. */
function postProcessIdempotence(values: ConfigValues): ConfigValues {
  const isGiven = values.isGiven('enable.idempotence');
  const acks = acksOf(values.text('acks'));
  const changes: Record<string, ConfigValue> = { acks: String(acks) };
  let isIdempotent = values.boolean('enable.idempotence');
  if (isIdempotent) {
    if (values.number('retries') === 0) {
      if (isGiven) {
        throw new KafkaConfigError(
          'Must set retries to non-zero when using the idempotent producer.',
          { config: 'retries' },
        );
      }
      isIdempotent = false;
    }
    if (acks !== -1) {
      if (isGiven) {
        throw new KafkaConfigError(
          'Must set acks to all in order to use the idempotent producer. Otherwise we cannot ' +
            'guarantee idempotence.',
          { config: 'acks' },
        );
      }
      isIdempotent = false;
    }
    // Tested also where idempotence was just switched off: only an explicit false escapes it.
    const inFlight = values.number('max.in.flight.requests.per.connection');
    if (inFlight > 5) {
      throw new KafkaConfigError(
        'To use the idempotent producer, max.in.flight.requests.per.connection must be set to at ' +
          `most 5. Current value is ${inFlight}.`,
        { config: 'max.in.flight.requests.per.connection' },
      );
    }
  }
  if (!isIdempotent && values.isGiven('transactional.id')) {
    throw new KafkaConfigError('Cannot set a transactional.id without also enabling idempotence.', {
      config: 'transactional.id',
    });
  }
  changes['enable.idempotence'] = isIdempotent;
  return values.with(changes);
}

/** `KafkaProducer.configureDeliveryTimeout`. */
function deliveryTimeoutMsOf(values: ConfigValues): number {
  const deliveryTimeoutMs = values.number('delivery.timeout.ms');
  const least = Math.min(lingerMsOf(values) + values.number('request.timeout.ms'), maxInt);
  if (deliveryTimeoutMs >= least) return deliveryTimeoutMs;
  if (!values.isGiven('delivery.timeout.ms')) return least;
  throw constructorError(
    'producer',
    'delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms',
    'delivery.timeout.ms',
  );
}

const maxInt = 2_147_483_647;

function lingerMsOf(values: ConfigValues): number {
  return Math.min(values.number('linger.ms'), maxInt);
}

function acksOf(text: string): -1 | 0 | 1 {
  if (text === '0') return 0;
  return text === '1' ? 1 : -1;
}

function compressionTypeOf(text: string): CompressionType {
  return text === 'gzip' || text === 'snappy' || text === 'lz4' || text === 'zstd' ? text : 'none';
}
