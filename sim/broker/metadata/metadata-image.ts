import { present } from '../../kernel/assert.ts';
import { isInternalTopic } from '../../protocol/topic-name.ts';
import { type PartitionRegistration } from './partition-registration.ts';

/** Where a broker listens, as it has registered. */
export interface ListenerEndpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** A broker as the controller's log has it. Immutable: each change makes a new one. */
export interface BrokerRegistration {
  readonly brokerId: number;
  readonly brokerEpoch: number;
  readonly endpoints: readonly ListenerEndpoint[];
  readonly rack: string | null;
  readonly isFenced: boolean;
  readonly isInControlledShutdown: boolean;
}

/** A topic as the controller's log has it; one made again under its name is another. */
export class TopicImage {
  readonly name: string;
  readonly topicId: string;
  readonly isInternal: boolean;
  /** By partition number. */
  readonly partitions: PartitionRegistration[] = [];

  constructor(name: string, topicId: string) {
    this.name = name;
    this.topicId = topicId;
    this.isInternal = isInternalTopic(name);
  }
}

/** Config values set by a person, by config name. */
type ConfigOverrides = ReadonlyMap<string, string>;

const noOverrides: ConfigOverrides = new Map();

/**
 * What a broker knows of the cluster: all committed records of the controller's log up to
 * `appliedOffset`, applied in their order. Kafka makes a new image for each publication; here the one
 * image changes in place, since nothing runs between the first record of a publication and its end.
 */
export class MetadataImage {
  /** Offset of the last record applied; -1 before the first. */
  appliedOffset = -1;
  readonly #brokers = new Map<number, BrokerRegistration>();
  readonly topicsById = new Map<string, TopicImage>();
  readonly topicsByName = new Map<string, TopicImage>();
  /** By feature name. */
  readonly features = new Map<string, number>();
  readonly #topicConfigs = new Map<string, Map<string, string>>();
  readonly #brokerConfigs = new Map<string, Map<string, string>>();
  readonly #groupConfigs = new Map<string, Map<string, string>>();

  /** In ascending order of ids, as a Java map of small numbers has them. */
  get brokers(): ReadonlyMap<number, BrokerRegistration> {
    return this.#brokers;
  }

  setBroker(broker: BrokerRegistration): void {
    const { brokerId } = broker;
    const later = this.#brokers.has(brokerId)
      ? []
      : [...this.#brokers.values()].filter((other) => other.brokerId > brokerId);
    this.#brokers.set(brokerId, broker);
    for (const other of later) {
      this.#brokers.delete(other.brokerId);
      this.#brokers.set(other.brokerId, other);
    }
  }

  removeBroker(brokerId: number): void {
    this.#brokers.delete(brokerId);
  }

  /** The partition's registration, or undefined if the cluster has no such partition. */
  partition(topic: string, partition: number): PartitionRegistration | undefined {
    return this.topicsByName.get(topic)?.partitions[partition];
  }

  /** The replicas of a partition of the topic with that id; none if there is no such partition. */
  replicasOf(topicId: string, partition: number): readonly number[] {
    return this.topicsById.get(topicId)?.partitions[partition]?.replicas ?? [];
  }

  /** The broker's epoch if it is registered and not fenced; -1 if not. */
  aliveBrokerEpoch(brokerId: number): number {
    const broker = this.#brokers.get(brokerId);
    return broker === undefined || broker.isFenced ? -1 : broker.brokerEpoch;
  }

  /** Registered and fenced; an unknown broker is not. */
  isFenced(brokerId: number): boolean {
    return this.#brokers.get(brokerId)?.isFenced === true;
  }

  isShuttingDown(brokerId: number): boolean {
    return this.#brokers.get(brokerId)?.isInControlledShutdown === true;
  }

  /** Where the broker listens for clients and brokers, fenced or not; undefined if it does not. */
  endpointOf(brokerId: number): ListenerEndpoint | undefined {
    return this.#brokers.get(brokerId)?.endpoints[0];
  }

  topicConfig(topic: string): ConfigOverrides {
    return this.#topicConfigs.get(topic) ?? noOverrides;
  }

  /** Dynamic configs of one broker, or of all by the empty name. */
  brokerConfig(name: string): ConfigOverrides {
    return this.#brokerConfigs.get(name) ?? noOverrides;
  }

  groupConfig(groupId: string): ConfigOverrides {
    return this.#groupConfigs.get(groupId) ?? noOverrides;
  }

  setGroupConfig(groupId: string, name: string, value: string | null): void {
    setConfig(this.#groupConfigs, groupId, name, value);
  }

  setTopicConfig(topic: string, name: string, value: string | null): void {
    setConfig(this.#topicConfigs, topic, name, value);
  }

  setBrokerConfig(broker: string, name: string, value: string | null): void {
    setConfig(this.#brokerConfigs, broker, name, value);
  }

  addTopic(topic: TopicImage): void {
    this.topicsById.set(topic.topicId, topic);
    this.topicsByName.set(topic.name, topic);
  }

  removeTopic(topicId: string): TopicImage {
    const topic = present(this.topicsById.get(topicId), 'the topic to be removed');
    this.topicsById.delete(topicId);
    this.topicsByName.delete(topic.name);
    this.#topicConfigs.delete(topic.name);
    return topic;
  }
}

function setConfig(
  configs: Map<string, Map<string, string>>,
  resource: string,
  name: string,
  value: string | null,
): void {
  const known = configs.get(resource);
  if (value === null) {
    known?.delete(name);
  } else if (known === undefined) {
    configs.set(resource, new Map([[name, value]]));
  } else {
    known.set(name, value);
  }
}
