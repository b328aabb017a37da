import {
  type Configuration,
  type ConsumerConfiguration,
  type ProducerConfiguration,
  type TopicConfiguration,
} from '../invariants/configuration.ts';
import { type ConsumerPlan, type FaultPlan, type Plan } from '../sim/plan.ts';
import { type BrokerConfig, resolveBrokerConfig } from '../sim/protocol/config/broker-config.ts';
import { resolveConsumerConfig } from '../sim/protocol/config/consumer-config.ts';
import { resolveProducerConfig } from '../sim/protocol/config/producer-config.ts';
import { resolveTopicConfig } from '../sim/protocol/config/topic-config.ts';
import {
  offsetsTopic,
  topicOfPartition,
  transactionStateTopic,
} from '../sim/protocol/topic-name.ts';

/** `AbstractCoordinator.JOIN_GROUP_TIMEOUT_LAPSE` */
const joinGroupLapseMs = 5_000;

/**
 * How long everything may take after the heal: an old session has to end before a broker may register
 * again, then its replicas catch up. Who waits for a frame that was lost without a word hears of it only
 * when its request times out.
 */
function settleWithinMs({ clients, faults }: Plan, broker: BrokerConfig): number {
  const withoutLossMs = broker.brokerSessionTimeoutMs + 5_000;
  if (!faults.some((fault) => losesFrames(fault))) return withoutLossMs;
  const timeoutsMs = clients.map((client) => {
    if (client.kind === 'producer') return resolveProducerConfig(client.config).requestTimeoutMs;
    return client.kind === 'consumer' ? resolveConsumerConfig(client.config).requestTimeoutMs : 0;
  });
  const { requestTimeoutMs, controllerSocketTimeoutMs } = broker;
  return withoutLossMs + Math.max(requestTimeoutMs, controllerSocketTimeoutMs, ...timeoutsMs);
}

/**
 * A dead member is missed when its session ends; then the others have to hear of it and to join. A classic
 * member waits for the answer to its JoinGroup as long as a rebalance may take, and hears no sooner that
 * it was lost (`AbstractCoordinator.sendJoinGroupRequest`).
 */
function groupsSettleWithinMs({ clients, faults }: Plan, broker: BrokerConfig): number {
  const mayLoseJoins = faults.some((fault) => losesFrames(fault, 'JoinGroup'));
  const timeoutsMs = clients.map((client) => {
    if (client.kind !== 'consumer') return 0;
    const config = resolveConsumerConfig(client.config);
    if (config.groupId === undefined) return 0;
    if (config.groupProtocol === 'consumer') return broker.groupConsumerSessionTimeoutMs;
    return mayLoseJoins ? config.maxPollIntervalMs + joinGroupLapseMs : config.sessionTimeoutMs;
  });
  return Math.max(0, ...timeoutsMs) + 10_000;
}

/**
 * All other faults reset connections, or hold what is on its way until they end.
 * @param api Only its frames count.
 */
function losesFrames(fault: FaultPlan, api?: string): boolean {
  if (fault.kind === 'powerLoss') return true;
  if (fault.kind !== 'frames' || fault.verdict !== 'drop') return false;
  return api === undefined || fault.match.api === undefined || fault.match.api === api;
}

/** What a plan makes Kafka promise. */
export function configurationOf(plan: Plan): Configuration {
  const { cluster, clients, switches } = plan;
  const broker = resolveBrokerConfig(cluster.brokerConfig);
  const forced = topicsWithForcedElections(clients);
  const producers: ProducerConfiguration[] = [];
  const consumers: ConsumerConfiguration[] = [];
  for (const client of clients) {
    if (client.kind === 'producer') producers.push(producerOf(client));
    if (client.kind !== 'consumer') continue;
    consumers.push(consumerOf(client));
    const { name, output } = client;
    if (output !== null) producers.push(producerOf({ name, config: output.config }));
  }
  return {
    brokers: Array.from({ length: cluster.brokers }, (_, index) => index + 1),
    elr: switches.elr !== 'off',
    producerIdExpirationMs: broker.producerIdExpirationMs,
    topics: cluster.topics.map(({ name, assignments, config }) => {
      const topic = topicOf(config, assignments[0]?.length ?? 0, broker);
      const uncleanLeaderElection = topic.uncleanLeaderElection || forced.has(name);
      return { name, ...topic, uncleanLeaderElection };
    }),
    topicDefaults: topicOf({}, broker.defaultReplicationFactor, broker),
    internalTopics: internalTopics(broker),
    producers,
    consumers,
    settleWithinMs: settleWithinMs(plan, broker),
    groupsSettleWithinMs: groupsSettleWithinMs(plan, broker),
    transactionAbortIntervalMs: broker.transactionAbortTimedOutTransactionCleanupIntervalMs,
  };
}

/** Of which an operator elects leaders from outside of the ISR, whatever the topic's config says. */
function topicsWithForcedElections(clients: Plan['clients']): ReadonlySet<string> {
  const topics = new Set<string>();
  for (const client of clients) {
    if (client.kind !== 'admin') continue;
    for (const operation of client.workload) {
      if (operation.op !== 'electLeaders' || operation.election !== 'unclean') continue;
      topics.add(topicOfPartition(operation.partition));
    }
  }
  return topics;
}

/** As the coordinators make them (`AutoTopicCreationManager`). */
function internalTopics(broker: BrokerConfig): Configuration['internalTopics'] {
  const isCompacted = { 'cleanup.policy': 'compact' };
  const offsets = topicOf(isCompacted, broker.offsetsTopicReplicationFactor, broker);
  const stateConfig = {
    ...isCompacted,
    'unclean.leader.election.enable': 'false',
    'min.insync.replicas': String(broker.transactionStateLogMinIsr),
  };
  const states = topicOf(stateConfig, broker.transactionStateLogReplicationFactor, broker);
  return [
    { name: offsetsTopic, ...offsets },
    { name: transactionStateTopic, ...states },
  ];
}

type Named<T> = T & { readonly name: string };
type Config = Plan['cluster']['brokerConfig'];

function topicOf(
  properties: Config,
  replicationFactor: number,
  broker: BrokerConfig,
): TopicConfiguration {
  const config = resolveTopicConfig(properties, broker);
  return {
    replicationFactor,
    minInsyncReplicas: config.minInsyncReplicas,
    uncleanLeaderElection: config.uncleanLeaderElectionEnable,
    isCompacted: config.isCompacted,
    hasRetention: config.isDeleted && (config.retentionMs >= 0 || config.retentionBytes >= 0),
    own: Object.keys(properties),
  };
}

function producerOf({ name, config }: Named<{ readonly config: Config }>): ProducerConfiguration {
  const resolved = resolveProducerConfig(config);
  return {
    node: name,
    acks: resolved.acks,
    idempotence: resolved.enableIdempotence,
    maxInFlight: resolved.maxInFlightRequestsPerConnection,
    retries: resolved.retries,
    deliveryTimeoutMs: resolved.deliveryTimeoutMs,
    maxBlockMs: resolved.maxBlockMs,
  };
}

/** Models by which an application commits before it has worked on what it commits. */
const hastyModels = new Set(['at-most-once', 'hand-over']);

function consumerOf({ name, config, model, workload }: ConsumerPlan): ConsumerConfiguration {
  const { isolationLevel, groupId = null } = resolveConsumerConfig(config);
  return {
    node: name,
    isolationLevel,
    groupId,
    commitsAfterWork: !hastyModels.has(model),
    assignsItself: workload.some(({ op }) => op === 'assign'),
  };
}
