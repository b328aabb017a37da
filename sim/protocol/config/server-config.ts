import { type ConfigValues } from './config-values.ts';

/** A server and its threads (`ServerConfigs`, `SocketServerConfigs`). Times in milliseconds, sizes in bytes. */
export interface ServerConfig {
  readonly connectionsMaxIdleMs: number;
  readonly requestTimeoutMs: number;
  readonly fetchMaxBytes: number;
  readonly maxIncrementalFetchSessionCacheSlots: number;
  readonly maxRequestPartitionSizeLimit: number;
  readonly controlledShutdownEnable: boolean;
  readonly deleteTopicEnable: boolean;
}

export function serverConfigOf(values: ConfigValues): ServerConfig {
  return {
    connectionsMaxIdleMs: values.number('connections.max.idle.ms'),
    requestTimeoutMs: values.number('request.timeout.ms'),
    fetchMaxBytes: values.number('fetch.max.bytes'),
    maxIncrementalFetchSessionCacheSlots: values.number(
      'max.incremental.fetch.session.cache.slots',
    ),
    maxRequestPartitionSizeLimit: values.number('max.request.partition.size.limit'),
    controlledShutdownEnable: values.boolean('controlled.shutdown.enable'),
    deleteTopicEnable: values.boolean('delete.topic.enable'),
  };
}
