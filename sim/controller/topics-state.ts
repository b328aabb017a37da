import { present } from '../kernel/assert.ts';
import { type ClearElrRecord } from '../protocol/messages/clear-elr-record.ts';
import { type PartitionChangeRecord } from '../protocol/messages/partition-change-record.ts';
import { type PartitionRecord } from '../protocol/messages/partition-record.ts';
import { type RemoveTopicRecord } from '../protocol/messages/remove-topic-record.ts';
import { type TopicRecord } from '../protocol/messages/topic-record.ts';
import { hasCollisionCharacters } from '../protocol/topic-name.ts';
import { type Uuid } from '../protocol/uuid.ts';
import { type BrokerId } from '../trace.ts';
import { BrokerPartitions } from './broker-partitions.ts';
import {
  hasPreferredLeader,
  mergeChange,
  noLeader,
  type PartitionRegistration,
  registrationOf,
  withoutElr,
} from './partition-registration.ts';
import { noReplicas } from './replica-lists.ts';

export interface Topic {
  readonly name: string;
  readonly id: Uuid;
  /** In the order of their numbers. */
  readonly partitions: ReadonlyMap<number, PartitionRegistration>;
}

interface MutableTopic extends Topic {
  readonly partitions: Map<number, PartitionRegistration>;
}

/** Hears of every state that a partition takes; `previous` is undefined for a new one. */
export interface PartitionObserver {
  readonly partitionChanged: (
    topic: Topic,
    partitionId: number,
    previous: PartitionRegistration | undefined,
    next: PartitionRegistration,
  ) => void;
}

/** All topics and partitions, with the indexes that spare scans. Only `replay…` changes it. */
export class TopicsState {
  readonly #byName = new Map<string, MutableTopic>();
  readonly #byId = new Map<Uuid, MutableTopic>();
  /** Names that differ only in `.` and `_`, by the form with `_`: their metrics would collide. */
  readonly #byMetricName = new Map<string, Set<string>>();
  /** Also holds, as members of `noLeader`, the partitions without leader. */
  readonly #isrMembers = new BrokerPartitions();
  readonly #elrMembers = new BrokerPartitions();
  readonly #leaderships = new Map<BrokerId, number>();
  /** Partitions that the first replica does not lead. */
  readonly #imbalanced = new Map<Uuid, Set<number>>();
  readonly #observer: PartitionObserver;
  readonly #clearElrKeepsIndex: boolean;

  /** `clearElrKeepsIndex`: whether a bug of 4.3.1 is mended, see `replayClearElr`. */
  constructor(observer: PartitionObserver, clearElrKeepsIndex: boolean) {
    this.#observer = observer;
    this.#clearElrKeepsIndex = clearElrKeepsIndex;
  }

  named(name: string): Topic | undefined {
    return this.#byName.get(name);
  }

  withId(id: Uuid): Topic | undefined {
    return this.#byId.get(id);
  }

  /** In the order of creation. */
  all(): Iterable<Topic> {
    return this.#byName.values();
  }

  /** Another topic whose metrics would have the same name. */
  collidingWith(name: string): string | undefined {
    const [colliding] = this.#byMetricName.get(metricName(name)) ?? [];
    return hasCollisionCharacters(name) ? colliding : undefined;
  }

  withIsrMember(broker: BrokerId): ReturnType<BrokerPartitions['of']> {
    return this.#isrMembers.of(broker);
  }

  withElrMember(broker: BrokerId): ReturnType<BrokerPartitions['of']> {
    return this.#elrMembers.of(broker);
  }

  leaderless(): ReturnType<BrokerPartitions['of']> {
    return this.#isrMembers.of(noLeader);
  }

  hasLeaderships(broker: BrokerId): boolean {
    return (this.#leaderships.get(broker) ?? 0) > 0;
  }

  imbalanced(): Iterable<readonly [Uuid, ReadonlySet<number>]> {
    return this.#imbalanced;
  }

  replayTopic({ name, topicId }: TopicRecord): void {
    const topic = { name, id: topicId, partitions: new Map<number, PartitionRegistration>() };
    this.#byName.set(name, topic);
    this.#byId.set(topicId, topic);
    if (!hasCollisionCharacters(name)) return;
    const names = this.#byMetricName.get(metricName(name));
    if (names === undefined) this.#byMetricName.set(metricName(name), new Set([name]));
    else names.add(name);
  }

  replayPartition(record: PartitionRecord): void {
    const topic = present(this.#byId.get(record.topicId), 'topic of a new partition');
    this.#put(topic, record.partitionId, registrationOf(record));
  }

  replayChange(record: PartitionChangeRecord): void {
    const topic = present(this.#byId.get(record.topicId), 'topic of a changed partition');
    const previous = present(topic.partitions.get(record.partitionId), 'changed partition');
    this.#put(topic, record.partitionId, mergeChange(previous, record));
  }

  /** Returns the name of the topic that is gone. */
  replayRemove({ topicId }: RemoveTopicRecord): string {
    const topic = present(this.#byId.get(topicId), 'removed topic');
    this.#byId.delete(topicId);
    this.#byName.delete(topic.name);
    const names = this.#byMetricName.get(metricName(topic.name));
    names?.delete(topic.name);
    if (names?.size === 0) this.#byMetricName.delete(metricName(topic.name));

    for (const partition of topic.partitions.values()) {
      for (const broker of partition.isr) this.#isrMembers.removeTopic(broker, topicId);
      for (const broker of partition.elr) this.#elrMembers.removeTopic(broker, topicId);
      this.#countLeadership(partition.leader, -1);
    }
    this.#isrMembers.removeTopic(noLeader, topicId);
    this.#imbalanced.delete(topicId);
    return topic.name;
  }

  /**
   * Empties the ELRs of a topic, or of all. As released, Kafka forgets to take the members out of
   * its index: when the topic is deleted later, the index points to nothing, and the controller
   * fails as soon as it looks there (`ReplicationControlManager.removeTopicElrs`).
   */
  replayClearElr({ topicName }: ClearElrRecord): void {
    if (topicName === '') {
      for (const topic of this.#byName.values()) this.#clearElr(topic);
    } else {
      this.#clearElr(present(this.#byName.get(topicName), 'topic whose ELR is cleared'));
    }
  }

  #clearElr(topic: MutableTopic): void {
    for (const [partitionId, previous] of topic.partitions) {
      const next = withoutElr(previous);
      if (next === previous) continue;
      topic.partitions.set(partitionId, next);
      if (this.#clearElrKeepsIndex) {
        this.#elrMembers.update(topic.id, partitionId, previous.elr, noReplicas);
      }
      this.#observer.partitionChanged(topic, partitionId, previous, next);
    }
  }

  #put(topic: MutableTopic, partitionId: number, next: PartitionRegistration): void {
    const previous = topic.partitions.get(partitionId);
    topic.partitions.set(partitionId, next);
    this.#isrMembers.update(topic.id, partitionId, previous?.isr ?? noReplicas, next.isr);
    this.#elrMembers.update(topic.id, partitionId, previous?.elr ?? noReplicas, next.elr);
    this.#moveLeadership(topic.id, partitionId, previous, next);
    this.#noteBalance(topic.id, partitionId, hasPreferredLeader(next));
    this.#observer.partitionChanged(topic, partitionId, previous, next);
  }

  #moveLeadership(
    topicId: Uuid,
    partitionId: number,
    previous: PartitionRegistration | undefined,
    next: PartitionRegistration,
  ): void {
    if (previous?.leader === next.leader) return;
    if (previous !== undefined) this.#countLeadership(previous.leader, -1);
    this.#countLeadership(next.leader, 1);
    if (next.leader === noLeader) this.#isrMembers.add(noLeader, topicId, partitionId);
    if (previous?.leader === noLeader) this.#isrMembers.remove(noLeader, topicId, partitionId);
  }

  #countLeadership(broker: BrokerId, change: number): void {
    this.#leaderships.set(broker, (this.#leaderships.get(broker) ?? 0) + change);
  }

  #noteBalance(topicId: Uuid, partitionId: number, isBalanced: boolean): void {
    const known = this.#imbalanced.get(topicId);
    if (!isBalanced) {
      if (known === undefined) this.#imbalanced.set(topicId, new Set([partitionId]));
      else known.add(partitionId);
    } else if (known?.delete(partitionId) === true && known.size === 0) {
      this.#imbalanced.delete(topicId);
    }
  }
}

/** The form in which names are compared for collisions. */
function metricName(name: string): string {
  return name.replaceAll('.', '_');
}
