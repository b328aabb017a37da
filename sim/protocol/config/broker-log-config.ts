import { type ConfigValues } from './config-values.ts';

/** What a broker does with all its logs (`ServerLogConfigs`, `CleanerConfig`). What topics inherit is in `TopicConfig`. Times in milliseconds, sizes in bytes. */
export interface BrokerLogConfig {
  readonly numPartitions: number;
  readonly autoCreateTopicsEnable: boolean;
  readonly logRetentionCheckIntervalMs: number;
  readonly logFlushOffsetCheckpointIntervalMs: number;
  readonly logFlushStartOffsetCheckpointIntervalMs: number;
  readonly logInitialTaskDelayMs: number;
  readonly logCleanerEnable: boolean;
  readonly logCleanerThreads: number;
  readonly logCleanerBackoffMs: number;
  readonly logCleanerDedupeBufferSize: number;
  readonly logCleanerIoBufferLoadFactor: number;
  readonly logCleanerIoMaxBytesPerSecond: number;
}

export function brokerLogConfigOf(values: ConfigValues): BrokerLogConfig {
  return {
    numPartitions: values.number('num.partitions'),
    autoCreateTopicsEnable: values.boolean('auto.create.topics.enable'),
    logRetentionCheckIntervalMs: values.number('log.retention.check.interval.ms'),
    logFlushOffsetCheckpointIntervalMs: values.number('log.flush.offset.checkpoint.interval.ms'),
    logFlushStartOffsetCheckpointIntervalMs: values.number(
      'log.flush.start.offset.checkpoint.interval.ms',
    ),
    logInitialTaskDelayMs: values.number('log.initial.task.delay.ms'),
    logCleanerEnable: values.boolean('log.cleaner.enable'),
    logCleanerThreads: values.number('log.cleaner.threads'),
    logCleanerBackoffMs: values.number('log.cleaner.backoff.ms'),
    logCleanerDedupeBufferSize: values.number('log.cleaner.dedupe.buffer.size'),
    logCleanerIoBufferLoadFactor: values.number('log.cleaner.io.buffer.load.factor'),
    logCleanerIoMaxBytesPerSecond: values.number('log.cleaner.io.max.bytes.per.second'),
  };
}
