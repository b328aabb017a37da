import { checkBrokerRules } from './broker-rules.ts';
import { type ConfigTexts } from './config-definition.ts';
import { type ConfigValues, parseConfigs } from './config-values.ts';
import { brokerDefinitions } from './tables/broker.ts';

/** The configs of a broker or controller that the model acts on. Times in milliseconds, sizes in bytes. */
export interface BrokerConfig {
  /** All of them, for the defaults of topics. */
  readonly values: ConfigValues;
  readonly autoCreateTopicsEnable: boolean;
  readonly autoLeaderRebalanceEnable: boolean;
  readonly brokerHeartbeatIntervalMs: number;
  readonly brokerSessionTimeoutMs: number;
  readonly controlledShutdownEnable: boolean;
  readonly controllerSocketTimeoutMs: number;
  readonly defaultReplicationFactor: number;
  readonly deleteTopicEnable: boolean;
  readonly fetchMaxBytes: number;
  readonly initialBrokerRegistrationTimeoutMs: number;
  readonly leaderImbalanceCheckIntervalSeconds: number;
  readonly logFlushOffsetCheckpointIntervalMs: number;
  readonly logFlushStartOffsetCheckpointIntervalMs: number;
  readonly logInitialTaskDelayMs: number;
  readonly logRetentionCheckIntervalMs: number;
  readonly logSegmentDeleteDelayMs: number;
  readonly maxIncrementalFetchSessionCacheSlots: number;
  readonly maxRequestPartitionSizeLimit: number;
  readonly metadataMaxIdleIntervalMs: number;
  readonly numIoThreads: number;
  readonly numNetworkThreads: number;
  readonly numPartitions: number;
  readonly numReplicaFetchers: number;
  readonly producerIdExpirationCheckIntervalMs: number;
  readonly producerIdExpirationMs: number;
  readonly replicaFetchBackoffMs: number;
  readonly replicaFetchMaxBytes: number;
  readonly replicaFetchMinBytes: number;
  readonly replicaFetchResponseMaxBytes: number;
  readonly replicaFetchWaitMaxMs: number;
  readonly replicaHighWatermarkCheckpointIntervalMs: number;
  readonly replicaLagTimeMaxMs: number;
  readonly replicaSelectorClass: string | undefined;
  readonly replicaSocketTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly transactionPartitionVerificationEnable: boolean;
  readonly uncleanLeaderElectionIntervalMs: number;
}

/**
 * The configs of a broker as `KafkaConfig` leaves them. What a simulated broker gets from the
 * simulator (id, roles, listeners, directories) need not be given.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function parseBrokerConfig(texts: ConfigTexts): ConfigValues {
  const values = parseConfigs(brokerDefinitions, { ...givenBySimulator, ...texts });
  checkBrokerRules(values);
  return values;
}

const givenBySimulator: ConfigTexts = {
  'process.roles': 'broker',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
};

/** The configs as the processes use them. */
export function resolveBrokerConfig(values: ConfigValues): BrokerConfig {
  return {
    values,
    autoCreateTopicsEnable: values.boolean('auto.create.topics.enable'),
    autoLeaderRebalanceEnable: values.boolean('auto.leader.rebalance.enable'),
    brokerHeartbeatIntervalMs: values.number('broker.heartbeat.interval.ms'),
    brokerSessionTimeoutMs: values.number('broker.session.timeout.ms'),
    controlledShutdownEnable: values.boolean('controlled.shutdown.enable'),
    controllerSocketTimeoutMs: values.number('controller.socket.timeout.ms'),
    defaultReplicationFactor: values.number('default.replication.factor'),
    deleteTopicEnable: values.boolean('delete.topic.enable'),
    fetchMaxBytes: values.number('fetch.max.bytes'),
    initialBrokerRegistrationTimeoutMs: values.number('initial.broker.registration.timeout.ms'),
    leaderImbalanceCheckIntervalSeconds: values.number('leader.imbalance.check.interval.seconds'),
    logFlushOffsetCheckpointIntervalMs: values.number('log.flush.offset.checkpoint.interval.ms'),
    logFlushStartOffsetCheckpointIntervalMs: values.number(
      'log.flush.start.offset.checkpoint.interval.ms',
    ),
    logInitialTaskDelayMs: values.number('log.initial.task.delay.ms'),
    logRetentionCheckIntervalMs: values.number('log.retention.check.interval.ms'),
    logSegmentDeleteDelayMs: values.number('log.segment.delete.delay.ms'),
    maxIncrementalFetchSessionCacheSlots: values.number(
      'max.incremental.fetch.session.cache.slots',
    ),
    maxRequestPartitionSizeLimit: values.number('max.request.partition.size.limit'),
    metadataMaxIdleIntervalMs: values.number('metadata.max.idle.interval.ms'),
    numIoThreads: values.number('num.io.threads'),
    numNetworkThreads: values.number('num.network.threads'),
    numPartitions: values.number('num.partitions'),
    numReplicaFetchers: values.number('num.replica.fetchers'),
    producerIdExpirationCheckIntervalMs: values.number('producer.id.expiration.check.interval.ms'),
    producerIdExpirationMs: values.number('producer.id.expiration.ms'),
    replicaFetchBackoffMs: values.number('replica.fetch.backoff.ms'),
    replicaFetchMaxBytes: values.number('replica.fetch.max.bytes'),
    replicaFetchMinBytes: values.number('replica.fetch.min.bytes'),
    replicaFetchResponseMaxBytes: values.number('replica.fetch.response.max.bytes'),
    replicaFetchWaitMaxMs: values.number('replica.fetch.wait.max.ms'),
    replicaHighWatermarkCheckpointIntervalMs: values.number(
      'replica.high.watermark.checkpoint.interval.ms',
    ),
    replicaLagTimeMaxMs: values.number('replica.lag.time.max.ms'),
    replicaSelectorClass: values.textIfSet('replica.selector.class'),
    replicaSocketTimeoutMs: values.number('replica.socket.timeout.ms'),
    requestTimeoutMs: values.number('request.timeout.ms'),
    transactionPartitionVerificationEnable: values.boolean(
      'transaction.partition.verification.enable',
    ),
    uncleanLeaderElectionIntervalMs: values.number('unclean.leader.election.interval.ms'),
  };
}
