import { type Context } from '../kernel/process.ts';
import { milliseconds } from '../kernel/time.ts';
import { type Frame } from '../protocol/api.ts';
import { type BrokerConfig } from '../protocol/config/broker-config.ts';
import { type Fact } from '../trace.ts';
import { type LogManager } from './log/log-manager.ts';
import { type PartitionLog } from './log/partition-log.ts';
import { type HostedPartitions } from './replica/hosted-partitions.ts';
import { type ReplicaManager } from './replica/replica-manager.ts';
import { ScheduledTask } from './scheduled-task.ts';

/** Of what the scheduler runs for the logs, the first run is that late. */
export interface BackgroundParts {
  readonly context: Context<Frame, Fact>;
  readonly config: BrokerConfig;
  readonly logs: LogManager;
  readonly hosted: HostedPartitions;
  readonly replicas: ReplicaManager;
}

/**
 * Starts what a broker does from time to time, from its first publication of metadata on. Kafka's
 * names and periods; the expiry of producers runs for all logs at once, not in a rhythm for each.
 */
export function startBackgroundWork(parts: BackgroundParts): void {
  const { context, config, logs, replicas } = parts;
  const every = (taskName: string, periodMs: number, delayMs: number, work: () => void): void => {
    new ScheduledTask(context, taskName, milliseconds(periodMs), work).start(milliseconds(delayMs));
  };
  const logDelay = config.logInitialTaskDelayMs;
  every('isr-expiration', Math.trunc(config.replicaLagTimeMaxMs / 2), 0, () => {
    replicas.shrinkIsrs();
  });
  every('highwatermark-checkpoint', config.replicaHighWatermarkCheckpointIntervalMs, 0, () => {
    logs.checkpointHighWatermarks();
  });
  every('kafka-log-retention', config.logRetentionCheckIntervalMs, logDelay, () => {
    tellMovedStarts(parts, logs.cleanup());
  });
  if (config.logCleanerEnable) {
    const backoffMs = Math.max(config.logCleanerBackoffMs, 1);
    every('kafka-log-cleaner', backoffMs, 0, () => {
      tellMovedStarts(parts, logs.compact());
    });
  }
  every(
    'kafka-recovery-point-checkpoint',
    config.logFlushOffsetCheckpointIntervalMs,
    logDelay,
    () => {
      logs.checkpointRecoveryPoints();
    },
  );
  every(
    'kafka-log-start-offset-checkpoint',
    config.logFlushStartOffsetCheckpointIntervalMs,
    logDelay,
    () => {
      logs.checkpointLogStarts();
    },
  );
  const expiryCheckMs = config.producerIdExpirationCheckIntervalMs;
  every('producer-expiration', expiryCheckMs, expiryCheckMs, () => {
    logs.removeExpiredProducers();
  });
}

/** Tells the trace where logs start now of which old segments were deleted. */
function tellMovedStarts(
  { context, hosted }: BackgroundParts,
  logs: readonly PartitionLog[],
): void {
  if (logs.length === 0) return;
  const moved = new Set(logs);
  for (const { name, log, host } of hosted.all) {
    if (log === undefined || !moved.has(log)) continue;
    context.record({
      kind: 'logStartMoved',
      partition: name,
      broker: host.brokerId,
      to: log.logStartOffset,
      why: 'retention',
    });
  }
}
