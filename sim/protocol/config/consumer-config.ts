import { remembered } from '../../kernel/remembered.ts';
import { nameProblem } from '../topic-name.ts';
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
import {
  type ConfigValue,
  invalidConfiguration,
  KafkaConfigError,
  type Properties,
} from './config-definition.ts';
import { ConfigSchema, type ConfigValues } from './config-values.ts';
import { type OffsetReset, parseOffsetReset } from './offset-reset.ts';
import { consumerDefinitions } from './tables/consumer.ts';

/** The configs of a consumer that the model acts on. Times in milliseconds, sizes in bytes. */
export interface ConsumerConfig extends ClientConfig {
  /** Undefined: a consumer that only assigns partitions to itself and commits nothing. */
  readonly groupId: string | undefined;
  /** Makes a static member. */
  readonly groupInstanceId: string | undefined;
  readonly groupProtocol: 'classic' | 'consumer';
  /** Server-side assignor of the consumer protocol; undefined: the group coordinator's choice. */
  readonly groupRemoteAssignor: string | undefined;
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
  /** Also the rebalance time-out of the classic protocol. */
  readonly maxPollIntervalMs: number;
  /** Classic protocol only. */
  readonly sessionTimeoutMs: number;
  /** Classic protocol only. */
  readonly heartbeatIntervalMs: number;
  /** Class names of the assignors, the most wanted first. Classic protocol only. */
  readonly partitionAssignmentStrategy: readonly string[];
  readonly checkCrcs: boolean;
  readonly allowAutoCreateTopics: boolean;
  readonly excludeInternalTopics: boolean;
  readonly defaultApiTimeoutMs: number;
}

export const consumerSchema = new ConfigSchema(consumerDefinitions);

/** What the simulated world or an application's code gives where a file leaves it out. */
export const assumedConsumerProperties: Properties = {
  'bootstrap.servers': 'broker-1:9092',
  'key.deserializer': 'org.apache.kafka.common.serialization.ByteArrayDeserializer',
  'value.deserializer': 'org.apache.kafka.common.serialization.ByteArrayDeserializer',
};

/** By protocol, what must not be set with it. */
const unsupportedConfigs = {
  CLASSIC: ['group.remote.assignor'],
  CONSUMER: ['partition.assignment.strategy', 'heartbeat.interval.ms', 'session.timeout.ms'],
} as const;

/**
 * The configs of a consumer as a constructed `KafkaConsumer` uses them.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function resolveConsumerConfig(
  properties: Properties,
  machine: ClientMachine = assumedMachine,
): ConsumerConfig {
  return machine === assumedMachine ? resolved(properties) : resolve(properties, machine);
}

const resolved = remembered((properties: Properties) => resolve(properties, assumedMachine));

function resolve(properties: Properties, machine: ClientMachine): ConsumerConfig {
  const all = { ...assumedConsumerProperties, ...properties };
  const values = parseConsumerConfig(all, machine.classPath);
  return construct('consumer', () => {
    checkGroup(values);
    for (const config of ['key.deserializer', 'value.deserializer']) {
      const implemented = 'org.apache.kafka.common.serialization.Deserializer';
      checkClass(values, machine.classPath, { config, implemented });
    }
    checkBootstrapServers(values, machine.resolves);
    if (groupProtocolOf(values) === 'CLASSIC') {
      checkAssignors(values, machine.classPath);
      checkHeartbeat(values);
    }
    return consumerConfigOf(values);
  });
}

/**
 * The configs of a consumer as the class `ConsumerConfig` leaves them.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function parseConsumerConfig(properties: Properties, classPath?: ClassPath): ConfigValues {
  const options = classPath === undefined ? {} : { classPath };
  const values = postProcessClient(consumerSchema.parse(properties, options));
  const changes: Record<string, ConfigValue> = {};
  const groupId = values.textIfSet('group.id');
  if (values.text('client.id') === '') {
    const instanceId = values.textIfSet('group.instance.id');
    if (instanceId !== undefined) checkInstanceId(instanceId);
    // Kafka counts the consumers of one JVM; here each client is a process of its own.
    changes['client.id'] = `consumer-${groupId ?? 'null'}-${instanceId ?? '1'}`;
  }
  if (groupId === undefined) {
    if (values.isGiven('enable.auto.commit') && values.boolean('enable.auto.commit')) {
      throw invalidConfiguration(
        'enable.auto.commit cannot be set to true when default group id (null) is used.',
        'enable.auto.commit',
      );
    }
    changes['enable.auto.commit'] = false;
  }
  checkUnsupportedConfigs(values);
  return values.with(changes);
}

/** Picks what the model acts on. Checks nothing. */
export function consumerConfigOf(values: ConfigValues): ConsumerConfig {
  const isCommittedOnly = values.text('isolation.level') === 'read_committed';
  return {
    ...clientConfigOf(values),
    groupId: values.textIfSet('group.id'),
    groupInstanceId: values.textIfSet('group.instance.id'),
    groupProtocol: groupProtocolOf(values) === 'CLASSIC' ? 'classic' : 'consumer',
    groupRemoteAssignor: values.textIfSet('group.remote.assignor'),
    clientRack: values.text('client.rack'),
    isolationLevel: isCommittedOnly ? 'read_committed' : 'read_uncommitted',
    autoOffsetReset: parseOffsetReset(values.text('auto.offset.reset')) ?? { kind: 'latest' },
    enableAutoCommit: values.boolean('enable.auto.commit'),
    autoCommitIntervalMs: values.number('auto.commit.interval.ms'),
    fetchMinBytes: values.number('fetch.min.bytes'),
    fetchMaxBytes: values.number('fetch.max.bytes'),
    fetchMaxWaitMs: values.number('fetch.max.wait.ms'),
    maxPartitionFetchBytes: values.number('max.partition.fetch.bytes'),
    maxPollRecords: values.number('max.poll.records'),
    maxPollIntervalMs: values.number('max.poll.interval.ms'),
    sessionTimeoutMs: values.number('session.timeout.ms'),
    heartbeatIntervalMs: values.number('heartbeat.interval.ms'),
    partitionAssignmentStrategy: assignorClasses(values),
    checkCrcs: values.boolean('check.crcs'),
    allowAutoCreateTopics: values.boolean('allow.auto.create.topics'),
    excludeInternalTopics: values.boolean('exclude.internal.topics'),
    defaultApiTimeoutMs: values.number('default.api.timeout.ms'),
  };
}

function groupProtocolOf(values: ConfigValues): 'CLASSIC' | 'CONSUMER' {
  return values.text('group.protocol').toUpperCase() === 'CLASSIC' ? 'CLASSIC' : 'CONSUMER';
}

/** The default names classes as Java prints them: `class org.apache…`. */
function assignorClasses(values: ConfigValues): readonly string[] {
  return values.list('partition.assignment.strategy').map((name) => name.replace(/^class /u, ''));
}

/** `ConsumerConfig.checkUnsupportedConfigsPostProcess`: blank counts as not set. */
function checkUnsupportedConfigs(values: ConfigValues): void {
  const protocol = groupProtocolOf(values);
  const set = unsupportedConfigs[protocol].filter((name) => isSet(values.given.get(name)));
  if (set[0] === undefined) return;
  const text = `${set.join(', ')} cannot be set when group.protocol=${protocol}`;
  throw new KafkaConfigError(text, { config: set[0] });
}

function isSet(text: string | undefined): boolean {
  return text !== undefined && text.trim() !== '';
}

/** `GroupRebalanceConfig`, and the constructors of both consumers. */
function checkGroup(values: ConfigValues): void {
  const instanceId = values.textIfSet('group.instance.id');
  if (instanceId !== undefined) checkInstanceId(instanceId);
  if (values.textIfSet('group.id') !== '') return;
  const text = 'The configured group.id should not be an empty string or whitespace.';
  throw new KafkaConfigError(text, { exception: 'InvalidGroupIdException', config: 'group.id' });
}

/** `JoinGroupRequest.validateGroupInstanceId`. */
function checkInstanceId(instanceId: string): void {
  const problem = nameProblem('Group instance id', instanceId);
  if (problem !== undefined) throw invalidConfiguration(problem, 'group.instance.id');
}

/** `ConsumerPartitionAssignor.getAssignorInstances`: short names such as `range` are no classes. */
function checkAssignors(values: ConfigValues, classPath: ClassPath): void {
  const config = 'partition.assignment.strategy';
  for (const name of assignorClasses(values)) {
    if (classPath.has(name)) continue;
    const cause = new KafkaConfigError(name, { exception: 'ClassNotFoundException', config });
    const text = `${name} ClassNotFoundException exception occurred`;
    throw new KafkaConfigError(text, { exception: 'KafkaException', cause });
  }
}

/** The check of the class `Heartbeat`, which there is only with a group. */
function checkHeartbeat(values: ConfigValues): void {
  if (values.textIfSet('group.id') === undefined) return;
  const config = 'heartbeat.interval.ms';
  if (values.number(config) < values.number('session.timeout.ms')) return;
  const text = 'Heartbeat must be set lower than the session timeout';
  throw new KafkaConfigError(text, { exception: 'IllegalArgumentException', config });
}
