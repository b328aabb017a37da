import { present } from '../../kernel/assert.ts';
import { type PendingRequest } from './pending-request.ts';

/**
 * Requests that wait to be sent, the one with the lowest priority first. Which of several with the same
 * priority goes first is left to the heap of `java.util.PriorityQueue`, whose order this has.
 */
export class RequestQueue {
  readonly #heap: PendingRequest[] = [];

  get first(): PendingRequest | undefined {
    return this.#heap[0];
  }

  /** In no order that means anything. */
  all(): readonly PendingRequest[] {
    return [...this.#heap];
  }

  add(request: PendingRequest): void {
    const heap = this.#heap;
    let index = heap.push(request) - 1;
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      const above = present(heap[parent], 'parent');
      if (request.priority >= above.priority) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = request;
  }

  take(): PendingRequest | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#siftDown(last);
    return first;
  }

  #siftDown(request: PendingRequest): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && left.priority > right.priority) child += 1;
      const below = present(heap[child], 'child');
      if (request.priority <= below.priority) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = request;
  }
}
