import { type ConfigTexts, type ConfigValue, KafkaConfigError } from './config-definition.ts';
import { type ConfigValues, parseConfigs } from './config-values.ts';
import { topicDefinitions } from './tables/topic.ts';

/** The configs of a topic that the model acts on. Times in milliseconds, sizes in bytes. */
export interface TopicConfig {
  /** `delete`, `compact`, both, or none: keep for ever. */
  readonly cleanupPolicy: readonly string[];
  readonly compressionType: string;
  readonly deleteRetentionMs: number;
  readonly fileDeleteDelayMs: number;
  readonly flushMessages: number;
  readonly flushMs: number;
  readonly indexIntervalBytes: number;
  readonly maxCompactionLagMs: number;
  readonly maxMessageBytes: number;
  readonly messageTimestampAfterMaxMs: number;
  readonly messageTimestampBeforeMaxMs: number;
  readonly messageTimestampType: 'CreateTime' | 'LogAppendTime';
  readonly minCleanableDirtyRatio: number;
  readonly minCompactionLagMs: number;
  readonly minInsyncReplicas: number;
  readonly retentionBytes: number;
  readonly retentionMs: number;
  /** `internal.segment.bytes` where it is set. */
  readonly segmentBytes: number;
  readonly segmentIndexBytes: number;
  readonly segmentJitterMs: number;
  readonly segmentMs: number;
  readonly uncleanLeaderElectionEnable: boolean;
}

/**
 * The configs of a topic: what it sets itself, then what its broker sets, then Kafka's defaults
 * (`LogConfig`).
 * @throws {KafkaConfigError} In Kafka's words (`ControllerConfigurationValidator`).
 */
export function parseTopicConfig(texts: ConfigTexts, broker: ConfigValues): ConfigValues {
  const values = parseConfigs(topicDefinitions, texts);
  const [unknown] = values.unknown;
  if (unknown !== undefined) {
    throw new KafkaConfigError(`Unknown topic config name: ${unknown}`, {
      config: unknown,
      exception: 'InvalidConfigurationException',
    });
  }
  const inherited: Record<string, ConfigValue> = {};
  for (const { name } of topicDefinitions) {
    const value = values.isGiven(name) ? undefined : brokerDefault(name, broker);
    if (value !== undefined) inherited[name] = value;
  }
  const resolved = values.with(inherited);
  checkCompactionLag(resolved);
  checkTieredStorage(resolved, broker);
  return resolved;
}

/** The configs of a topic as the log uses them. */
export function resolveTopicConfig(values: ConfigValues): TopicConfig {
  return {
    cleanupPolicy: values.list('cleanup.policy'),
    compressionType: values.text('compression.type'),
    deleteRetentionMs: values.number('delete.retention.ms'),
    fileDeleteDelayMs: values.number('file.delete.delay.ms'),
    flushMessages: values.number('flush.messages'),
    flushMs: values.number('flush.ms'),
    indexIntervalBytes: values.number('index.interval.bytes'),
    maxCompactionLagMs: values.number('max.compaction.lag.ms'),
    maxMessageBytes: values.number('max.message.bytes'),
    messageTimestampAfterMaxMs: values.number('message.timestamp.after.max.ms'),
    messageTimestampBeforeMaxMs: values.number('message.timestamp.before.max.ms'),
    messageTimestampType:
      values.text('message.timestamp.type') === 'LogAppendTime' ? 'LogAppendTime' : 'CreateTime',
    minCleanableDirtyRatio: values.number('min.cleanable.dirty.ratio'),
    minCompactionLagMs: values.number('min.compaction.lag.ms'),
    minInsyncReplicas: values.number('min.insync.replicas'),
    retentionBytes: values.number('retention.bytes'),
    retentionMs: values.number('retention.ms'),
    segmentBytes: values.numberIfSet('internal.segment.bytes') ?? values.number('segment.bytes'),
    segmentIndexBytes: values.number('segment.index.bytes'),
    segmentJitterMs: values.number('segment.jitter.ms'),
    segmentMs: values.number('segment.ms'),
    uncleanLeaderElectionEnable: values.boolean('unclean.leader.election.enable'),
  };
}

/** The first of the broker configs behind a topic config that has a value, in the topic's unit. */
export function brokerDefault(topicConfig: string, broker: ConfigValues): ConfigValue | undefined {
  const definition = topicDefinitions.find(({ name }) => name === topicConfig);
  for (const source of definition?.brokerDefaults ?? []) {
    const value = broker.value(source.broker);
    if (value === null) continue;
    if (source.multiplyBy === undefined || typeof value !== 'number') return value;
    // Negative means unlimited, in any unit.
    return value < 0 ? -1 : value * source.multiplyBy;
  }
  return undefined;
}

/** @throws {KafkaConfigError} If a record would have to be compacted before it may be. */
export function checkCompactionLag(values: ConfigValues): void {
  const [min, max] = [values.value('min.compaction.lag.ms'), values.value('max.compaction.lag.ms')];
  if (Number(min) <= Number(max)) return;
  throw new KafkaConfigError(
    `conflict topic config setting min.compaction.lag.ms (${String(min)}) > ` +
      `max.compaction.lag.ms (${String(max)})`,
    { config: 'min.compaction.lag.ms', exception: 'InvalidConfigurationException' },
  );
}

/** Tiered storage is not modelled, but asked for where the broker has none it is refused as in Kafka. */
function checkTieredStorage(values: ConfigValues, broker: ConfigValues): void {
  if (!values.boolean('remote.storage.enable')) return;
  if (broker.boolean('remote.log.storage.system.enable')) return;
  throw new KafkaConfigError(
    'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with ' +
      'remote log storage.',
    { config: 'remote.storage.enable' },
  );
}
