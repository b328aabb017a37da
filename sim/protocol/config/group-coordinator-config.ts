import { type ConfigValues } from './config-values.ts';

/** The group coordinator (`GroupCoordinatorConfig`). Times in milliseconds, sizes in bytes. */
export interface GroupCoordinatorConfig {
  readonly groupCoordinatorRebalanceProtocols: readonly string[];
  readonly groupInitialRebalanceDelayMs: number;
  readonly groupMinSessionTimeoutMs: number;
  readonly groupMaxSessionTimeoutMs: number;
  readonly groupMaxSize: number;
  readonly groupConsumerSessionTimeoutMs: number;
  readonly groupConsumerMinSessionTimeoutMs: number;
  readonly groupConsumerMaxSessionTimeoutMs: number;
  readonly groupConsumerHeartbeatIntervalMs: number;
  readonly groupConsumerMinHeartbeatIntervalMs: number;
  readonly groupConsumerMaxHeartbeatIntervalMs: number;
  readonly groupConsumerMaxSize: number;
  readonly groupConsumerAssignors: readonly string[];
  readonly groupConsumerMigrationPolicy: string;
  readonly groupConsumerAssignmentIntervalMs: number;
  readonly groupConsumerMinAssignmentIntervalMs: number;
  readonly groupConsumerMaxAssignmentIntervalMs: number;
  readonly groupConsumerRegexRefreshIntervalMs: number;
  readonly offsetsTopicNumPartitions: number;
  readonly offsetsTopicReplicationFactor: number;
  readonly offsetsTopicSegmentBytes: number;
  readonly offsetsTopicCompressionCodec: number;
  readonly offsetsRetentionMinutes: number;
  readonly offsetsRetentionCheckIntervalMs: number;
  readonly offsetsCommitTimeoutMs: number;
  readonly offsetMetadataMaxBytes: number;
}

export function groupCoordinatorConfigOf(values: ConfigValues): GroupCoordinatorConfig {
  return {
    groupCoordinatorRebalanceProtocols: values.list('group.coordinator.rebalance.protocols'),
    groupInitialRebalanceDelayMs: values.number('group.initial.rebalance.delay.ms'),
    groupMinSessionTimeoutMs: values.number('group.min.session.timeout.ms'),
    groupMaxSessionTimeoutMs: values.number('group.max.session.timeout.ms'),
    groupMaxSize: values.number('group.max.size'),
    groupConsumerSessionTimeoutMs: values.number('group.consumer.session.timeout.ms'),
    groupConsumerMinSessionTimeoutMs: values.number('group.consumer.min.session.timeout.ms'),
    groupConsumerMaxSessionTimeoutMs: values.number('group.consumer.max.session.timeout.ms'),
    groupConsumerHeartbeatIntervalMs: values.number('group.consumer.heartbeat.interval.ms'),
    groupConsumerMinHeartbeatIntervalMs: values.number('group.consumer.min.heartbeat.interval.ms'),
    groupConsumerMaxHeartbeatIntervalMs: values.number('group.consumer.max.heartbeat.interval.ms'),
    groupConsumerMaxSize: values.number('group.consumer.max.size'),
    groupConsumerAssignors: values.list('group.consumer.assignors'),
    groupConsumerMigrationPolicy: values.text('group.consumer.migration.policy'),
    groupConsumerAssignmentIntervalMs: values.number('group.consumer.assignment.interval.ms'),
    groupConsumerMinAssignmentIntervalMs: values.number(
      'group.consumer.min.assignment.interval.ms',
    ),
    groupConsumerMaxAssignmentIntervalMs: values.number(
      'group.consumer.max.assignment.interval.ms',
    ),
    groupConsumerRegexRefreshIntervalMs: values.number('group.consumer.regex.refresh.interval.ms'),
    offsetsTopicNumPartitions: values.number('offsets.topic.num.partitions'),
    offsetsTopicReplicationFactor: values.number('offsets.topic.replication.factor'),
    offsetsTopicSegmentBytes: values.number('offsets.topic.segment.bytes'),
    offsetsTopicCompressionCodec: values.number('offsets.topic.compression.codec'),
    offsetsRetentionMinutes: values.number('offsets.retention.minutes'),
    offsetsRetentionCheckIntervalMs: values.number('offsets.retention.check.interval.ms'),
    offsetsCommitTimeoutMs: values.number('offsets.commit.timeout.ms'),
    offsetMetadataMaxBytes: values.number('offset.metadata.max.bytes'),
  };
}
