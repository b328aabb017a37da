import { remembered } from '../../kernel/remembered.ts';
import { type BrokerLogConfig, brokerLogConfigOf } from './broker-log-config.ts';
import { checkBrokerRules } from './broker-rules.ts';
import { assumedClassPath, type ClassPath } from './class-path.ts';
import { type Properties } from './config-definition.ts';
import { ConfigSchema, type ConfigValues } from './config-values.ts';
import {
  type GroupCoordinatorConfig,
  groupCoordinatorConfigOf,
} from './group-coordinator-config.ts';
import { checkGroupCoordinator, checkRebalanceProtocols } from './group-coordinator-rules.ts';
import { type QuorumConfig, quorumConfigOf } from './quorum-config.ts';
import { type ReplicationConfig, replicationConfigOf } from './replication-config.ts';
import { type ServerConfig, serverConfigOf } from './server-config.ts';
import { brokerDefinitions } from './tables/broker.ts';
import { checkTopicDefaults } from './topic-config.ts';
import { type TransactionConfig, transactionConfigOf } from './transaction-config.ts';

/**
 * The configs of a broker or controller that the model acts on. Times in milliseconds, sizes in
 * bytes. What topics inherit is in `TopicConfig`.
 */
export interface BrokerConfig
  extends
    ServerConfig,
    ReplicationConfig,
    QuorumConfig,
    BrokerLogConfig,
    GroupCoordinatorConfig,
    TransactionConfig {
  /** All configs, for what topics and groups inherit. */
  readonly values: ConfigValues;
}

export const brokerSchema = new ConfigSchema(brokerDefinitions);

/**
 * What the simulated world decides (roles, ids, listeners), in place of what a file without roles
 * leaves out. A file with roles is a real node's, and has to be right by itself.
 */
const assumedBrokerProperties: Properties = {
  'process.roles': 'broker',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'controller.quorum.voters': '3000@controller-1:9093',
};

/**
 * The configs of a broker or controller as its parts use them, when it has started.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export const resolveBrokerConfig = remembered((properties: Properties): BrokerConfig => {
  const isWhole = properties['process.roles'] !== undefined;
  const values = parseBrokerConfig(
    isWhole ? properties : { ...assumedBrokerProperties, ...properties },
  );
  checkTopicDefaults(values);
  return brokerConfigOf(values);
});

/**
 * The configs of a node as the class `KafkaConfig` leaves them.
 * @throws {KafkaConfigError} In Kafka's words.
 */
export function parseBrokerConfig(
  properties: Properties,
  classPath: ClassPath = assumedClassPath,
): ConfigValues {
  const values = brokerSchema.parse(withSynonyms(properties), { classPath });
  checkGroupCoordinator(values, classPath);
  checkRebalanceProtocols(values);
  checkBrokerRules(values, classPath);
  return values;
}

/** `AbstractKafkaConfig.populateSynonyms`. */
function withSynonyms(properties: Properties): Properties {
  const id = properties['node.id'] ?? properties['broker.id'];
  return id === undefined ? properties : { 'node.id': id, 'broker.id': id, ...properties };
}

/** Picks what the model acts on. Checks nothing. */
export function brokerConfigOf(values: ConfigValues): BrokerConfig {
  return {
    values,
    ...serverConfigOf(values),
    ...replicationConfigOf(values),
    ...quorumConfigOf(values),
    ...brokerLogConfigOf(values),
    ...groupCoordinatorConfigOf(values),
    ...transactionConfigOf(values),
  };
}
