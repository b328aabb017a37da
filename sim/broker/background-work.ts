import { type Context } from '../kernel/process.ts';
import { milliseconds } from '../kernel/time.ts';
import { type Frame } from '../protocol/api.ts';
import { type BrokerConfig } from '../protocol/config/broker-config.ts';
import { type BrokerId, type Fact, type PartitionName } from '../trace.ts';
import { type CleanedGroup } from './log/cleaner/cleaning.ts';
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
    for (const log of logs.cleanup()) tellMovedStart(parts, log);
  });
  logs.startCleaner(config, {
    groupCleaned: (group) => {
      tellCleaned(parts, group);
    },
    logStartMoved: (log) => {
      tellMovedStart(parts, log);
    },
  });
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

/** Tells the trace where a log starts of which old segments were deleted. */
function tellMovedStart({ context, hosted }: BackgroundParts, log: PartitionLog): void {
  const place = placeOf(hosted, log);
  if (place === undefined) return;
  context.record({ kind: 'logStartMoved', ...place, to: log.logStartOffset, why: 'retention' });
}

function tellCleaned({ context, hosted }: BackgroundParts, group: CleanedGroup): void {
  const { log, from, to, batches } = group;
  const place = placeOf(hosted, log);
  if (place === undefined) return;
  context.record({ kind: 'logCleaned', ...place, from, to, batches });
}

/** Undefined: the log was found on disk, and has no role yet. */
function placeOf(
  { all }: HostedPartitions,
  log: PartitionLog,
): { readonly partition: PartitionName; readonly broker: BrokerId } | undefined {
  for (const { log: own, name, host } of all) {
    if (own === log) return { partition: name, broker: host.brokerId };
  }
  return undefined;
}
