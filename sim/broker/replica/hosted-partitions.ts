import { type ErrorName } from '../../protocol/errors.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import { type Partition } from './partition.ts';

/** The partitions of which this broker has a replica, by topic name and number. */
export class HostedPartitions {
  readonly #image: MetadataImage;
  readonly #topics = new Map<string, (Partition | undefined)[]>();
  /** In the order in which they were made. */
  readonly #all = new Set<Partition>();

  constructor(image: MetadataImage) {
    this.#image = image;
  }

  get(topic: string, index: number): Partition | undefined {
    return this.#topics.get(topic)?.[index];
  }

  get all(): ReadonlySet<Partition> {
    return this.#all;
  }

  add(partition: Partition): void {
    let partitions = this.#topics.get(partition.topic);
    if (partitions === undefined) {
      partitions = [];
      this.#topics.set(partition.topic, partitions);
    }
    partitions[partition.index] = partition;
    this.#all.add(partition);
  }

  remove(partition: Partition): void {
    const partitions = this.#topics.get(partition.topic);
    if (partitions !== undefined) partitions[partition.index] = undefined;
    this.#all.delete(partition);
  }

  /**
   * The partition, or why it is not here (`ReplicaManager.getPartitionOrError`). It is never offline:
   * a broker has one log directory, and dies with it.
   */
  find(topic: string, index: number): Partition | ErrorName {
    const partition = this.#topics.get(topic)?.[index];
    if (partition !== undefined) return partition;
    // Clients look for its new place after the first, for the topic after the second.
    return this.#image.partition(topic, index) === undefined
      ? 'UNKNOWN_TOPIC_OR_PARTITION'
      : 'NOT_LEADER_OR_FOLLOWER';
  }
}
