import { type ConfigValues } from './config-values.ts';

/** The KRaft quorum and the metadata log (`KRaftConfigs`, `QuorumConfig`, `MetadataLogConfig`). Times in milliseconds, sizes in bytes. */
export interface QuorumConfig {
  readonly brokerHeartbeatIntervalMs: number;
  readonly brokerSessionTimeoutMs: number;
  readonly initialBrokerRegistrationTimeoutMs: number;
  readonly controllerQuorumElectionTimeoutMs: number;
  readonly controllerQuorumFetchTimeoutMs: number;
  readonly controllerQuorumElectionBackoffMaxMs: number;
  readonly controllerQuorumAppendLingerMs: number;
  readonly controllerQuorumRequestTimeoutMs: number;
  readonly controllerQuorumRetryBackoffMs: number;
  readonly controllerQuorumFetchMaxBytes: number;
  readonly controllerQuorumFetchSnapshotMaxBytes: number;
  readonly controllerQuorumAutoJoinEnable: boolean;
  readonly metadataMaxIdleIntervalMs: number;
  readonly metadataLogMaxRecordBytesBetweenSnapshots: number;
  readonly metadataLogMaxSnapshotIntervalMs: number;
  readonly metadataLogSegmentBytes: number;
  readonly metadataLogSegmentMs: number;
  readonly metadataMaxRetentionBytes: number;
  readonly metadataMaxRetentionMs: number;
  readonly serverMaxStartupTimeMs: number;
}

export function quorumConfigOf(values: ConfigValues): QuorumConfig {
  return {
    brokerHeartbeatIntervalMs: values.number('broker.heartbeat.interval.ms'),
    brokerSessionTimeoutMs: values.number('broker.session.timeout.ms'),
    initialBrokerRegistrationTimeoutMs: values.number('initial.broker.registration.timeout.ms'),
    controllerQuorumElectionTimeoutMs: values.number('controller.quorum.election.timeout.ms'),
    controllerQuorumFetchTimeoutMs: values.number('controller.quorum.fetch.timeout.ms'),
    controllerQuorumElectionBackoffMaxMs: values.number(
      'controller.quorum.election.backoff.max.ms',
    ),
    controllerQuorumAppendLingerMs: values.number('controller.quorum.append.linger.ms'),
    controllerQuorumRequestTimeoutMs: values.number('controller.quorum.request.timeout.ms'),
    controllerQuorumRetryBackoffMs: values.number('controller.quorum.retry.backoff.ms'),
    controllerQuorumFetchMaxBytes: values.number('controller.quorum.fetch.max.bytes'),
    controllerQuorumFetchSnapshotMaxBytes: values.number(
      'controller.quorum.fetch.snapshot.max.bytes',
    ),
    controllerQuorumAutoJoinEnable: values.boolean('controller.quorum.auto.join.enable'),
    metadataMaxIdleIntervalMs: values.number('metadata.max.idle.interval.ms'),
    metadataLogMaxRecordBytesBetweenSnapshots: values.number(
      'metadata.log.max.record.bytes.between.snapshots',
    ),
    metadataLogMaxSnapshotIntervalMs: values.number('metadata.log.max.snapshot.interval.ms'),
    metadataLogSegmentBytes: values.number('metadata.log.segment.bytes'),
    metadataLogSegmentMs: values.number('metadata.log.segment.ms'),
    metadataMaxRetentionBytes: values.number('metadata.max.retention.bytes'),
    metadataMaxRetentionMs: values.number('metadata.max.retention.ms'),
    serverMaxStartupTimeMs: values.number('server.max.startup.time.ms'),
  };
}
