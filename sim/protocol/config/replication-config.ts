import { type ConfigValues } from './config-values.ts';

/** How a broker replicates (`ReplicationConfigs`). Times in milliseconds, sizes in bytes. */
export interface ReplicationConfig {
  readonly defaultReplicationFactor: number;
  readonly replicaLagTimeMaxMs: number;
  readonly replicaFetchWaitMaxMs: number;
  readonly replicaFetchMinBytes: number;
  readonly replicaFetchMaxBytes: number;
  readonly replicaFetchResponseMaxBytes: number;
  readonly replicaFetchBackoffMs: number;
  readonly replicaHighWatermarkCheckpointIntervalMs: number;
  readonly numReplicaFetchers: number;
  readonly replicaSelectorClass: string | undefined;
  readonly autoLeaderRebalanceEnable: boolean;
  readonly leaderImbalanceCheckIntervalSeconds: number;
  readonly uncleanLeaderElectionIntervalMs: number;
  readonly controllerSocketTimeoutMs: number;
}

export function replicationConfigOf(values: ConfigValues): ReplicationConfig {
  return {
    defaultReplicationFactor: values.number('default.replication.factor'),
    replicaLagTimeMaxMs: values.number('replica.lag.time.max.ms'),
    replicaFetchWaitMaxMs: values.number('replica.fetch.wait.max.ms'),
    replicaFetchMinBytes: values.number('replica.fetch.min.bytes'),
    replicaFetchMaxBytes: values.number('replica.fetch.max.bytes'),
    replicaFetchResponseMaxBytes: values.number('replica.fetch.response.max.bytes'),
    replicaFetchBackoffMs: values.number('replica.fetch.backoff.ms'),
    replicaHighWatermarkCheckpointIntervalMs: values.number(
      'replica.high.watermark.checkpoint.interval.ms',
    ),
    numReplicaFetchers: values.number('num.replica.fetchers'),
    replicaSelectorClass: values.textIfSet('replica.selector.class'),
    autoLeaderRebalanceEnable: values.boolean('auto.leader.rebalance.enable'),
    leaderImbalanceCheckIntervalSeconds: values.number('leader.imbalance.check.interval.seconds'),
    uncleanLeaderElectionIntervalMs: values.number('unclean.leader.election.interval.ms'),
    controllerSocketTimeoutMs: values.number('controller.socket.timeout.ms'),
  };
}
