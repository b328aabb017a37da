import { present } from '../../kernel/assert.ts';

/**
 * `java.util.PriorityQueue`: the smallest item leaves first. Which of several equal ones goes first, and in
 * which order all are looked at, is left to a heap, and Kafka depends on both.
 */
export class JavaPriorityQueue<T> {
  readonly #heap: T[] = [];
  readonly #compare: (one: T, other: T) => number;

  constructor(compare: (one: T, other: T) => number) {
    this.#compare = compare;
  }

  get first(): T | undefined {
    return this.#heap[0];
  }

  /** As they lie in the heap. */
  all(): readonly T[] {
    return [...this.#heap];
  }

  add(item: T): void {
    this.#heap.push(item);
    this.#siftUp(this.#heap.length - 1, item);
  }

  take(): T | undefined {
    const { first } = this;
    if (first !== undefined) this.#removeAt(0);
    return first;
  }

  /** Does nothing if it is not there. */
  remove(item: T): void {
    const index = this.#heap.indexOf(item);
    if (index >= 0) this.#removeAt(index);
  }

  #removeAt(index: number): void {
    const heap = this.#heap;
    const last = present(heap.pop(), 'last item');
    if (index === heap.length) return;
    this.#siftDown(index, last);
    if (heap[index] === last) this.#siftUp(index, last);
  }

  #siftUp(from: number, item: T): void {
    const heap = this.#heap;
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      const above = present(heap[parent], 'parent');
      if (this.#compare(item, above) >= 0) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = item;
  }

  #siftDown(from: number, item: T): void {
    const heap = this.#heap;
    let index = from;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && this.#compare(left, right) > 0) child += 1;
      const below = present(heap[child], 'child');
      if (this.#compare(item, below) <= 0) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = item;
  }
}
