import { type TopicConfig } from '../../protocol/config/topic-config.ts';
import { type LoadedLog, type LogManager } from '../log/log-manager.ts';
import { type OpenLog } from './leadership.ts';

/** What is known of the logs of this broker before they get a role. */
export interface LogSource {
  readonly logs: LogManager;
  /** As the start of the broker found them, by partition name. */
  readonly loaded: ReadonlyMap<string, LoadedLog>;
  readonly configOf: (topic: string) => TopicConfig;
}

/**
 * Gives a partition its log when it takes its first role: the one that the start has loaded, or a new
 * one, with its checkpointed high watermark (`Partition.createLog`).
 */
export function logOpener({ logs, loaded, configOf }: LogSource): OpenLog {
  return ({ name, topic, topicId, host }) => {
    const log = logs.getOrCreate(name, topicId, configOf(topic));
    const highWatermark = log.updateHighWatermark(logs.checkpointedHighWatermark(name));
    host.record({
      kind: 'logLoaded',
      partition: name,
      broker: host.brokerId,
      wasClean: loaded.get(name)?.wasClean ?? true,
      logStartOffset: log.logStartOffset,
      logEndOffset: log.logEndOffset,
      highWatermark,
    });
    return log;
  };
}
