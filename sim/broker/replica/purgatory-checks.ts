import { empty } from '../../kernel/lists.ts';
import { type Partition } from './partition.ts';

/**
 * The partitions that a request has appended to: what waits for them is looked at when the request has
 * been handled, so that its own answer leaves first (`DelayedActionQueue`).
 */
export class PurgatoryChecks {
  readonly #appended: Partition[] = [];
  readonly #advanced: boolean[] = [];

  /** If the high watermark has not moved too, only those who read up to the end may go on. */
  add(partition: Partition, hasAdvanced: boolean): void {
    this.#appended.push(partition);
    this.#advanced.push(hasAdvanced);
  }

  run(): void {
    // What completes may append: that is looked at too.
    for (const [index, partition] of this.#appended.entries()) {
      if (this.#advanced[index] === true) {
        partition.waitingProduces.checkAll();
        partition.waitingFetches.checkAll();
        partition.waitingDeletes.checkAll();
      } else {
        partition.waitingFetches.checkAll();
      }
    }
    empty(this.#appended);
    empty(this.#advanced);
  }
}
