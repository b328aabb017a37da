import { type PartitionName } from '../../trace.ts';
import { javaPartitionOrder } from '../java-partition-order.ts';
import { type TopicPartition } from '../topic-partition.ts';

/** The partitions of the current transaction: records are sent only to those that were added. */
export class TransactionPartitions {
  readonly #added = new Set<PartitionName>();
  /** They are to be added by a request that is not made yet. */
  readonly #fresh = new Map<PartitionName, TopicPartition>();
  /** A request to add them is made, and not answered yet. */
  readonly #pending = new Map<PartitionName, TopicPartition>();

  has(partition: PartitionName): boolean {
    return this.#added.has(partition);
  }

  /** None is added yet. */
  get isEmpty(): boolean {
    return this.#added.size === 0;
  }

  get hasFresh(): boolean {
    return this.#fresh.size > 0;
  }

  /** It was added, or will be. */
  isKnown({ name }: TopicPartition): boolean {
    return this.#added.has(name) || this.#fresh.has(name) || this.#pending.has(name);
  }

  addFresh(partition: TopicPartition): void {
    this.#fresh.set(partition.name, partition);
  }

  /** @returns All that the request has to add, in the order of Java. */
  takeFresh(): readonly TopicPartition[] {
    for (const [name, partition] of this.#fresh) this.#pending.set(name, partition);
    this.#fresh.clear();
    return javaPartitionOrder([...this.#pending.values()]);
  }

  forgetFresh(): void {
    this.#fresh.clear();
  }

  /** The request to add them is answered, whatever came of it. */
  answered(partitions: readonly TopicPartition[]): void {
    for (const { name } of partitions) this.#pending.delete(name);
  }

  add(partition: TopicPartition): void {
    this.#added.add(partition.name);
  }

  /** The transaction is over. */
  clear(): void {
    this.#added.clear();
    this.#fresh.clear();
    this.#pending.clear();
  }
}
