import {
  checkBootstrapServers,
  type ClientConfig,
  clientConfigOf,
  constructorError,
  postProcessClient,
} from './client-config.ts';
import { type ConfigTexts, type ConfigValue, KafkaConfigError } from './config-definition.ts';
import { type ConfigValues, parseConfigs } from './config-values.ts';
import { type OffsetReset, parseOffsetReset } from './offset-reset.ts';
import { type ClassCheck } from './parse-config.ts';
import { consumerDefinitions } from './tables/consumer.ts';
import { nameProblem } from '../topic-name.ts';

/** The configs of a consumer that the model acts on. Times in milliseconds, sizes in bytes. */
export interface ConsumerConfig extends ClientConfig {
  readonly groupId: string | undefined;
  readonly groupInstanceId: string | undefined;
  readonly groupProtocol: 'classic' | 'consumer';
  readonly clientRack: string;
  readonly isolationLevel: 'read_uncommitted' | 'read_committed';
  readonly autoOffsetReset: OffsetReset;
  readonly enableAutoCommit: boolean;
  readonly autoCommitIntervalMs: number;
  readonly fetchMinBytes: number;
  readonly fetchMaxBytes: number;
  readonly fetchMaxWaitMs: number;
  readonly maxPartitionFetchBytes: number;
  readonly maxPollRecords: number;
  readonly maxPollIntervalMs: number;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly partitionAssignmentStrategy: readonly string[];
  readonly checkCrcs: boolean;
  readonly allowAutoCreateTopics: boolean;
  readonly defaultApiTimeoutMs: number;
}

const classicOnly = [
  'partition.assignment.strategy',
  'heartbeat.interval.ms',
  'session.timeout.ms',
];

/**
 * The configs of a consumer as `ConsumerConfig` leaves them.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function parseConsumerConfig(texts: ConfigTexts, hasClass?: ClassCheck): ConfigValues {
  const parsed = postProcessClient(parseConfigs(consumerDefinitions, texts, hasClass));
  const changes: Record<string, ConfigValue> = {};
  const groupId = parsed.textIfSet('group.id');
  const instanceId = parsed.textIfSet('group.instance.id');
  // An instance id becomes part of the client id, and is looked at only where there is none.
  if (!parsed.isGiven('client.id') && instanceId !== undefined) checkInstanceId(instanceId);
  if (groupId === undefined) {
    if (parsed.isGiven('enable.auto.commit') && parsed.boolean('enable.auto.commit')) {
      throw new KafkaConfigError(
        'enable.auto.commit cannot be set to true when default group id (null) is used.',
        { config: 'enable.auto.commit', exception: 'InvalidConfigurationException' },
      );
    }
    changes['enable.auto.commit'] = false;
  }
  checkGroupProtocol(parsed);
  return parsed.with(changes);
}

/**
 * The configs of a consumer as a constructed `KafkaConsumer` uses them.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function resolveConsumerConfig(values: ConfigValues): ConsumerConfig {
  const groupId = values.textIfSet('group.id');
  const groupInstanceId = values.textIfSet('group.instance.id');
  if (groupId?.trim() === '') {
    throw constructorError(
      'consumer',
      'The configured group.id should not be an empty string or whitespace.',
      'group.id',
      'InvalidGroupIdException',
    );
  }
  checkBootstrapServers(values, 'consumer');
  const isClassic = values.text('group.protocol').toLowerCase() === 'classic';
  const sessionTimeoutMs = values.number('session.timeout.ms');
  const heartbeatIntervalMs = values.number('heartbeat.interval.ms');
  if (isClassic && groupId !== undefined && heartbeatIntervalMs >= sessionTimeoutMs) {
    throw constructorError(
      'consumer',
      'Heartbeat must be set lower than the session timeout',
      'heartbeat.interval.ms',
      'IllegalArgumentException',
    );
  }
  return {
    ...clientConfigOf(values),
    groupId,
    groupInstanceId,
    groupProtocol: isClassic ? 'classic' : 'consumer',
    clientRack: values.text('client.rack'),
    isolationLevel:
      values.text('isolation.level') === 'read_committed' ? 'read_committed' : 'read_uncommitted',
    autoOffsetReset: parseOffsetReset(values.text('auto.offset.reset')) ?? { kind: 'latest' },
    enableAutoCommit: values.boolean('enable.auto.commit'),
    autoCommitIntervalMs: values.number('auto.commit.interval.ms'),
    fetchMinBytes: values.number('fetch.min.bytes'),
    fetchMaxBytes: values.number('fetch.max.bytes'),
    fetchMaxWaitMs: values.number('fetch.max.wait.ms'),
    maxPartitionFetchBytes: values.number('max.partition.fetch.bytes'),
    maxPollRecords: values.number('max.poll.records'),
    maxPollIntervalMs: values.number('max.poll.interval.ms'),
    sessionTimeoutMs,
    heartbeatIntervalMs,
    partitionAssignmentStrategy: values.list('partition.assignment.strategy'),
    checkCrcs: values.boolean('check.crcs'),
    allowAutoCreateTopics: values.boolean('allow.auto.create.topics'),
    defaultApiTimeoutMs: values.number('default.api.timeout.ms'),
  };
}

/** `ConsumerConfig.checkUnsupportedConfigsPostProcess`. */
function checkGroupProtocol(values: ConfigValues): void {
  const protocol = values.text('group.protocol').toUpperCase();
  const forbidden = protocol === 'CLASSIC' ? ['group.remote.assignor'] : classicOnly;
  const given = forbidden.filter((name) => values.isGiven(name));
  if (given.length === 0) return;
  throw new KafkaConfigError(`${given.join(', ')} cannot be set when group.protocol=${protocol}`, {
    config: given[0] ?? '',
  });
}

function checkInstanceId(instanceId: string): void {
  const problem = nameProblem('Group instance id', instanceId);
  if (problem === undefined) return;
  throw new KafkaConfigError(problem, {
    config: 'group.instance.id',
    exception: 'InvalidConfigurationException',
  });
}
