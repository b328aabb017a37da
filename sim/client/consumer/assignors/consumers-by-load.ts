import { compareTexts } from '../../../protocol/compare-texts.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import {} from './assignable-group.ts';

/**
 * Consumers in the order of how many partitions they have, then of their ids. One whose partitions
 * change is taken out before, and put in again afterwards.
 */
export class ConsumersByLoad {
  readonly #assignments: ReadonlyMap<string, readonly TopicPartition[]>;
  readonly #sorted: string[] = [];

  constructor(assignments: ReadonlyMap<string, readonly TopicPartition[]>) {
    this.#assignments = assignments;
  }

  /** From the least loaded to the most loaded one. */
  get all(): readonly string[] {
    return this.#sorted;
  }

  add(consumer: string): void {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(this.#sorted[middle] ?? '', consumer)) low = middle + 1;
      else high = middle;
    }
    this.#sorted.splice(low, 0, consumer);
  }

  remove(consumer: string): void {
    const index = this.#sorted.indexOf(consumer);
    if (index >= 0) this.#sorted.splice(index, 1);
  }

  #isBefore(one: string, other: string): boolean {
    const difference = this.#loadOf(one) - this.#loadOf(other);
    return difference === 0 ? compareTexts(one, other) < 0 : difference < 0;
  }

  #loadOf(consumer: string): number {
    return this.#assignments.get(consumer)?.length ?? 0;
  }
}
