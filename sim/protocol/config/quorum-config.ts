import { type ConfigValues } from './config-values.ts';

/** The KRaft quorum and the metadata log (`KRaftConfigs`, `QuorumConfig`, `MetadataLogConfig`). Times in milliseconds, sizes in bytes. */
export interface QuorumConfig {
  readonly brokerHeartbeatIntervalMs: number;
  readonly brokerSessionTimeoutMs: number;
  readonly initialBrokerRegistrationTimeoutMs: number;
  readonly controllerQuorumElectionTimeoutMs: number;
  readonly controllerQuorumAppendLingerMs: number;
  readonly controllerQuorumRequestTimeoutMs: number;
  readonly metadataMaxIdleIntervalMs: number;
}

export function quorumConfigOf(values: ConfigValues): QuorumConfig {
  return {
    brokerHeartbeatIntervalMs: values.number('broker.heartbeat.interval.ms'),
    brokerSessionTimeoutMs: values.number('broker.session.timeout.ms'),
    initialBrokerRegistrationTimeoutMs: values.number('initial.broker.registration.timeout.ms'),
    controllerQuorumElectionTimeoutMs: values.number('controller.quorum.election.timeout.ms'),
    controllerQuorumAppendLingerMs: values.number('controller.quorum.append.linger.ms'),
    controllerQuorumRequestTimeoutMs: values.number('controller.quorum.request.timeout.ms'),
    metadataMaxIdleIntervalMs: values.number('metadata.max.idle.interval.ms'),
  };
}
