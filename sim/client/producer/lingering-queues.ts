import { assert } from '../../kernel/assert.ts';
import { type PartitionQueue } from './partition-queue.ts';

/** Queues whose first batch lingers, as a heap by when that ends. */
export class LingeringQueues {
  readonly #heap: PartitionQueue[] = [];

  /** The one that is over first. */
  get next(): PartitionQueue | undefined {
    return this.#heap[0];
  }

  add(queue: PartitionQueue, untilMs: number): void {
    queue.lingersUntilMs = untilMs;
    this.#heap.push(queue);
    this.#up(queue, this.#heap.length - 1);
  }

  remove(queue: PartitionQueue): void {
    const heap = this.#heap;
    const index = queue.lingerIndex;
    assert(heap[index] === queue, 'who is removed lingers');
    queue.lingerIndex = -1;
    const last = heap.pop();
    if (last === undefined || last === queue) return;
    this.#up(last, index);
    this.#down(last, last.lingerIndex);
  }

  #up(queue: PartitionQueue, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || parent.lingersUntilMs <= queue.lingersUntilMs) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(queue, index);
  }

  #down(queue: PartitionQueue, from: number): void {
    let index = from;
    for (;;) {
      const below = this.#earlierChild(index);
      const child = this.#heap[below];
      if (child === undefined || child.lingersUntilMs >= queue.lingersUntilMs) break;
      this.#put(child, index);
      index = below;
    }
    this.#put(queue, index);
  }

  #earlierChild(index: number): number {
    const left = this.#heap[2 * index + 1];
    const right = this.#heap[2 * index + 2];
    if (left === undefined || right === undefined) return 2 * index + 1;
    return 2 * index + (right.lingersUntilMs < left.lingersUntilMs ? 2 : 1);
  }

  #put(queue: PartitionQueue, index: number): void {
    this.#heap[index] = queue;
    queue.lingerIndex = index;
  }
}
