import { type TopicImage } from './metadata-image.ts';
import { type PartitionRegistration } from './partition-registration.ts';

/** A partition that has changed, with what it was when metadata were last published. */
export interface PartitionChange {
  readonly topic: TopicImage;
  readonly partition: number;
  readonly before: PartitionRegistration | undefined;
  readonly now: PartitionRegistration;
}

/** What a publication means for the replicas of one broker (`LocalReplicaChanges`). */
export interface LocalReplicaChanges {
  /** Replicas that are no longer here; the topic may live on elsewhere. */
  readonly deletes: readonly { readonly topic: string; readonly partition: number }[];
  readonly leaders: readonly PartitionChange[];
  readonly followers: readonly PartitionChange[];
}

/** What has changed in the image since it was last published. */
export class MetadataDelta {
  readonly #before = new Map<TopicImage, Map<number, PartitionRegistration | undefined>>();
  readonly #created = new Set<TopicImage>();
  readonly #deleted: TopicImage[] = [];
  /** Names of topics whose configs have changed. */
  readonly configuredTopics = new Set<string>();
  brokerConfigsChanged = false;

  get topicsChanged(): boolean {
    return this.#before.size > 0 || this.#deleted.length > 0;
  }

  /** Ids of the topics that are gone, by name. */
  get deletedTopics(): ReadonlyMap<string, string> {
    return new Map(this.#deleted.map(({ name, topicId }) => [name, topicId]));
  }

  get hasCreatedTopics(): boolean {
    return this.#created.size > 0;
  }

  /** Names of the topics that are new, have other partitions, or are gone. */
  get changedTopics(): ReadonlySet<string> {
    const topics = [...this.#before.keys(), ...this.#created, ...this.#deleted];
    return new Set(topics.map(({ name }) => name));
  }

  /** Numbers of the partitions of a topic that have changed. */
  changedPartitionsOf(topic: string): readonly number[] {
    for (const [changed, partitions] of this.#before) {
      if (changed.name === topic) return [...partitions.keys()];
    }
    return [];
  }

  topicCreated(topic: TopicImage): void {
    this.#created.add(topic);
  }

  /** To be told before the partition changes; only the first change of a publication counts. */
  partitionChanges(topic: TopicImage, partition: number): void {
    let known = this.#before.get(topic);
    if (known === undefined) {
      known = new Map();
      this.#before.set(topic, known);
    }
    if (!known.has(partition)) known.set(partition, topic.partitions[partition]);
  }

  /** A topic that was made and removed between two publications has never been. */
  topicDeleted(topic: TopicImage): void {
    if (!this.#created.delete(topic)) {
      this.#restore(topic);
      this.#deleted.push(topic);
    }
    this.#before.delete(topic);
    this.configuredTopics.delete(topic.name);
  }

  /** Sorts out what this means for a broker, in the order of the first change of each partition. */
  localChanges(brokerId: number): LocalReplicaChanges {
    const deletes: { topic: string; partition: number }[] = [];
    const leaders: PartitionChange[] = [];
    const followers: PartitionChange[] = [];
    for (const { topic, partition, before, now } of this.#changes()) {
      if (!now.replicas.includes(brokerId)) {
        const wasHere = before?.replicas.includes(brokerId) === true;
        if (wasHere) deletes.push({ topic: topic.name, partition });
      } else if (before?.partitionEpoch !== now.partitionEpoch) {
        const roles = now.leader === brokerId ? leaders : followers;
        roles.push({ topic, partition, before, now });
      }
    }
    for (const topic of this.#deleted) {
      topic.partitions.forEach((registration, partition) => {
        if (registration.replicas.includes(brokerId)) {
          deletes.push({ topic: topic.name, partition });
        }
      });
    }
    return { deletes, leaders, followers };
  }

  #changes(): PartitionChange[] {
    const changes: PartitionChange[] = [];
    for (const [topic, partitions] of this.#before) {
      for (const [partition, before] of partitions) {
        const now = topic.partitions[partition];
        if (now !== undefined) changes.push({ topic, partition, before, now });
      }
    }
    return changes;
  }

  /** Undoes the unpublished changes of a topic that is going, so that it can be told who hosted it. */
  #restore(topic: TopicImage): void {
    const before = this.#before.get(topic);
    if (before === undefined) return;
    for (const [partition, registration] of before) {
      if (registration === undefined) {
        topic.partitions.length = Math.min(topic.partitions.length, partition);
      } else topic.partitions[partition] = registration;
    }
  }
}
