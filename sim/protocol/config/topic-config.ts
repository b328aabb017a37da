import { rememberedOf } from '../../kernel/remembered.ts';
import { type CompressionType } from '../record-batch.ts';
import { type BrokerConfig } from './broker-config.ts';
import { invalidConfiguration, type Properties } from './config-definition.ts';
import { type ConfigValues } from './config-values.ts';
import { checkLocalRetention, checkTieredStorage } from './tiered-storage-rules.ts';
import { topicDefaults, topicSchema } from './topic-defaults.ts';

/** The configs of a topic that the model acts on. Times in milliseconds, sizes in bytes. */
export interface TopicConfig {
  /** `cleanup.policy` has `compact`: the last record of each key is kept. */
  readonly isCompacted: boolean;
  /** `cleanup.policy` has `delete`: old segments go. */
  readonly isDeleted: boolean;
  /** `producer`: batches stay as they came. `uncompressed` is `none`. */
  readonly compressionType: CompressionType | 'producer';
  readonly deleteRetentionMs: number;
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
  /** Any negative number: no limit. */
  readonly retentionBytes: number;
  /** -1: no limit. */
  readonly retentionMs: number;
  /** `internal.segment.bytes` where that is set, which may be smaller. */
  readonly segmentBytes: number;
  readonly segmentIndexBytes: number;
  readonly segmentJitterMs: number;
  readonly segmentMs: number;
  /** When a segment is rolled at the latest (`LogConfig.maxSegmentMs`): compaction may want it sooner. */
  readonly maxSegmentMs: number;
  readonly uncleanLeaderElectionEnable: boolean;
}

/**
 * The configs of a topic as the log uses them.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function resolveTopicConfig(
  properties: Properties,
  { values }: Pick<BrokerConfig, 'values'>,
): TopicConfig {
  return resolved(values, properties);
}

const resolved = rememberedOf((broker: ConfigValues, properties: Properties) =>
  topicConfigOf(parseTopicConfig(properties, broker)),
);

/**
 * The configs of a topic: what it sets itself, then what its broker sets, then Kafka's defaults
 * (`LogConfig.validate`).
 * @param existing What the topic has set before.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function parseTopicConfig(
  properties: Properties,
  broker: ConfigValues,
  existing: Properties = {},
): ConfigValues {
  for (const name of Object.keys(properties)) {
    if (topicSchema.definitions.has(name)) continue;
    throw invalidConfiguration(`Unknown topic config name: ${name}`, name);
  }
  const values = topicSchema.parse(properties, { defaults: topicDefaults(broker) });
  checkCompactionLag(values);
  checkTieredStorage(values, broker, existing);
  return values;
}

/**
 * Checks what a broker's configs give to topics, as its logs do at their start
 * (`LogConfig.validateBrokerLogConfigValues`).
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function checkTopicDefaults(broker: ConfigValues): void {
  const values = topicSchema.parse({}, { defaults: topicDefaults(broker) });
  checkCompactionLag(values);
  if (broker.boolean('remote.log.storage.system.enable')) checkLocalRetention(values);
}

/** Picks what the model acts on. Checks nothing. */
export function topicConfigOf(values: ConfigValues): TopicConfig {
  const cleanupPolicy = values.list('cleanup.policy');
  const isCompacted = cleanupPolicy.includes('compact');
  const segmentMs = values.number('segment.ms');
  const maxCompactionLagMs = values.number('max.compaction.lag.ms');
  const isAppendTime = values.text('message.timestamp.type') === 'LogAppendTime';
  return {
    isCompacted,
    isDeleted: cleanupPolicy.includes('delete'),
    compressionType: compressionTypeOf(values.text('compression.type')),
    deleteRetentionMs: values.number('delete.retention.ms'),
    flushMessages: values.number('flush.messages'),
    flushMs: values.number('flush.ms'),
    indexIntervalBytes: values.number('index.interval.bytes'),
    maxCompactionLagMs,
    maxMessageBytes: values.number('max.message.bytes'),
    messageTimestampAfterMaxMs: values.number('message.timestamp.after.max.ms'),
    messageTimestampBeforeMaxMs: values.number('message.timestamp.before.max.ms'),
    messageTimestampType: isAppendTime ? 'LogAppendTime' : 'CreateTime',
    minCleanableDirtyRatio: values.number('min.cleanable.dirty.ratio'),
    minCompactionLagMs: values.number('min.compaction.lag.ms'),
    minInsyncReplicas: values.number('min.insync.replicas'),
    retentionBytes: values.number('retention.bytes'),
    retentionMs: values.number('retention.ms'),
    segmentBytes: values.numberIfSet('internal.segment.bytes') ?? values.number('segment.bytes'),
    segmentIndexBytes: values.number('segment.index.bytes'),
    segmentJitterMs: values.number('segment.jitter.ms'),
    segmentMs,
    maxSegmentMs: isCompacted ? Math.min(maxCompactionLagMs, segmentMs) : segmentMs,
    uncleanLeaderElectionEnable: values.boolean('unclean.leader.election.enable'),
  };
}

function compressionTypeOf(text: string): CompressionType | 'producer' {
  switch (text) {
    case 'gzip':
    case 'snappy':
    case 'lz4':
    case 'zstd':
    case 'producer':
      return text;
    default:
      return 'none';
  }
}

/**
 * Checks configs of a topic, or of a broker for its topics (`LogConfig.validateValues`).
 * @throws {KafkaConfigError} If a record would have to be compacted before it may be.
 */
function checkCompactionLag(values: ConfigValues): void {
  const [min, max] = [values.value('min.compaction.lag.ms'), values.value('max.compaction.lag.ms')];
  if (Number(min) <= Number(max)) return;
  throw invalidConfiguration(
    `conflict topic config setting min.compaction.lag.ms (${String(min)}) > ` +
      `max.compaction.lag.ms (${String(max)})`,
    'min.compaction.lag.ms',
  );
}
