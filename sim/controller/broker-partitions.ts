import { type Uuid } from '../protocol/uuid.ts';
import { type BrokerId } from '../trace.ts';
import { type ReplicaList } from './replica-lists.ts';

/** Partitions of one topic. */
export type TopicPartitions = readonly [topicId: Uuid, partitionIds: readonly number[]];

/**
 * In which partitions a broker is a member: of the ISR, or of the ELR (`BrokersToIsrs`,
 * `BrokersToElrs`). Like Kafka's, it believes what it is told: a member that is added twice and
 * removed once stays, also when its topic is gone.
 */
export class BrokerPartitions {
  readonly #byBroker = new Map<BrokerId, Map<Uuid, number[]>>();

  /** The members of a partition have changed. */
  update(topicId: Uuid, partitionId: number, previous: ReplicaList, next: ReplicaList): void {
    if (previous === next) return;
    for (const broker of previous) {
      if (!next.includes(broker)) this.remove(broker, topicId, partitionId);
    }
    for (const broker of next) {
      if (!previous.includes(broker)) this.add(broker, topicId, partitionId);
    }
  }

  add(broker: BrokerId, topicId: Uuid, partitionId: number): void {
    let topics = this.#byBroker.get(broker);
    if (topics === undefined) {
      topics = new Map();
      this.#byBroker.set(broker, topics);
    }
    const partitionIds = topics.get(topicId);
    if (partitionIds === undefined) topics.set(topicId, [partitionId]);
    else partitionIds.push(partitionId);
  }

  remove(broker: BrokerId, topicId: Uuid, partitionId: number): void {
    const topics = this.#byBroker.get(broker);
    const partitionIds = topics?.get(topicId);
    const at = partitionIds?.indexOf(partitionId) ?? -1;
    if (at === -1) return;
    partitionIds?.splice(at, 1);
    if (partitionIds?.length === 0) topics?.delete(topicId);
  }

  removeTopic(broker: BrokerId, topicId: Uuid): void {
    this.#byBroker.get(broker)?.delete(topicId);
  }

  /** In the order in which the broker became a member of each topic, and there of each partition. */
  of(broker: BrokerId): Iterable<TopicPartitions> {
    return this.#byBroker.get(broker) ?? [];
  }
}
