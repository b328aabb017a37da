import { type BrokerId } from '../sim/trace.ts';

/**
 * What the configuration of a run promises, as far as invariants judge by it. Given at the start;
 * `ConfigurationInForce` follows what changes later.
 */
export interface Configuration {
  readonly brokers: readonly BrokerId[];
  /** `eligible.leader.replicas.version` 1 (KIP-966). */
  readonly elr: boolean;
  /** `producer.id.expiration.ms` */
  readonly producerIdExpirationMs: number;
  /** Topics that exist at the start; one that is made later has `topicDefaults`. */
  readonly topics: readonly (TopicConfiguration & { readonly name: string })[];
  readonly topicDefaults: TopicConfiguration;
  /** Those that brokers make for themselves, if they make them. */
  readonly internalTopics: readonly (TopicConfiguration & { readonly name: string })[];
  readonly producers: readonly ProducerConfiguration[];
  readonly consumers: readonly ConsumerConfiguration[];
  /** How long after the heal a partition may take to have its leader, ISR and high watermark. */
  readonly settleWithinMs: number;
  /** How long after that a group may take to be stable: a dead member is missed when its session ends. */
  readonly groupsSettleWithinMs: number;
  /** `transaction.abort.timed.out.transaction.cleanup.interval.ms` */
  readonly transactionAbortIntervalMs: number;
}

export interface TopicConfiguration {
  readonly replicationFactor: number;
  readonly minInsyncReplicas: number;
  readonly uncleanLeaderElection: boolean;
  /** `cleanup.policy` holds `compact`. */
  readonly isCompacted: boolean;
  /** `retention.ms` or `retention.bytes` may delete, and `cleanup.policy` holds `delete`. */
  readonly hasRetention: boolean;
  /** Names of the configs that the topic has itself: the brokers' defaults do not count for it. */
  readonly own: readonly string[];
}

export interface ProducerConfiguration {
  /** The node's name: `producer-1`. */
  readonly node: string;
  readonly acks: -1 | 0 | 1;
  readonly idempotence: boolean;
  readonly maxInFlight: number;
  readonly retries: number;
  readonly deliveryTimeoutMs: number;
  /** How long `send()` may wait for metadata and memory before the record is accumulated. */
  readonly maxBlockMs: number;
}

export interface ConsumerConfiguration {
  readonly node: string;
  readonly isolationLevel: 'read_uncommitted' | 'read_committed';
  /** Null for a consumer that is in no group. */
  readonly groupId: string | null;
  /** Its application commits an offset only when it has worked on all that lies below. */
  readonly commitsAfterWork: boolean;
  /** It calls `assign()`, so that no group keeps it apart from others. */
  readonly assignsItself: boolean;
}

/**
 * A topic's configuration with its changes. Brokers and controller learn of a change at different
 * instants, so what was once allowed in this run is held to be allowed in all of it.
 */
export class TopicInForce {
  readonly name: string;
  /** The lowest `min.insync.replicas` that any broker may be working with. */
  lowestMinInsyncReplicas: number;
  /** Leader and controller may have judged the ISR by different minima. */
  hasMinInsyncReplicasChanged = false;
  uncleanLeaderElection: boolean;
  isCompacted: boolean;
  hasRetention: boolean;
  #minInsyncReplicas: number;
  readonly #own: Set<string>;

  constructor(name: string, configuration: TopicConfiguration) {
    this.name = name;
    this.#minInsyncReplicas = configuration.minInsyncReplicas;
    this.#own = new Set(configuration.own);
    this.lowestMinInsyncReplicas = configuration.minInsyncReplicas;
    this.uncleanLeaderElection = configuration.uncleanLeaderElection;
    this.isCompacted = configuration.isCompacted;
    this.hasRetention = configuration.hasRetention;
  }

  /** Null: back to the default. */
  change(key: string, value: string | null, defaults: TopicConfiguration): void {
    if (value === null) this.#own.delete(key);
    else this.#own.add(key);
    this.#apply(key, value, defaults);
  }

  /** A broker or all of them have another default. */
  changeDefault(key: string, value: string | null, defaults: TopicConfiguration): void {
    if (!this.#own.has(key)) this.#apply(key, value, defaults);
  }

  #apply(key: string, value: string | null, defaults: TopicConfiguration): void {
    switch (key) {
      case 'min.insync.replicas':
        this.#changeMinimum(value === null ? defaults.minInsyncReplicas : Number(value));
        break;
      case 'unclean.leader.election.enable':
        this.uncleanLeaderElection ||= value === 'true';
        break;
      case 'cleanup.policy':
        this.isCompacted ||= value?.includes('compact') === true;
        this.hasRetention ||= value?.includes('delete') === true;
        break;
      case 'retention.ms':
      case 'retention.bytes':
        this.hasRetention ||= value === null ? defaults.hasRetention : Number(value) >= 0;
        break;
      default:
    }
  }

  #changeMinimum(minimum: number): void {
    if (minimum === this.#minInsyncReplicas) return;
    this.#minInsyncReplicas = minimum;
    this.hasMinInsyncReplicasChanged = true;
    this.lowestMinInsyncReplicas = Math.min(this.lowestMinInsyncReplicas, minimum);
  }
}

/** The configuration of a run with the changes that `configChanged` facts have told. */
export class ConfigurationInForce {
  readonly given: Configuration;
  readonly #topics = new Map<string, TopicInForce>();
  readonly #producers = new Map<string, ProducerConfiguration>();
  readonly #consumers = new Map<string, ConsumerConfiguration>();

  constructor(given: Configuration) {
    this.given = given;
    for (const topic of [...given.internalTopics, ...given.topics]) {
      this.#topics.set(topic.name, new TopicInForce(topic.name, topic));
    }
    for (const producer of given.producers) this.#producers.set(producer.node, producer);
    for (const consumer of given.consumers) this.#consumers.set(consumer.node, consumer);
  }

  topic(name: string): TopicInForce {
    const known = this.#topics.get(name);
    if (known !== undefined) return known;
    const topic = new TopicInForce(name, this.given.topicDefaults);
    this.#topics.set(name, topic);
    return topic;
  }

  /** Undefined for a node whose producer the plan does not describe. */
  producer(node: string): ProducerConfiguration | undefined {
    return this.#producers.get(node);
  }

  /** Undefined for a node whose consumer the plan does not describe. */
  consumer(node: string): ConsumerConfiguration | undefined {
    return this.#consumers.get(node);
  }

  changeTopic(name: string, key: string, value: string | null): void {
    this.topic(name).change(key, value, this.given.topicDefaults);
  }

  changeBrokers(key: string, value: string | null): void {
    const { topicDefaults } = this.given;
    for (const topic of this.#topics.values()) topic.changeDefault(key, value, topicDefaults);
  }
}
