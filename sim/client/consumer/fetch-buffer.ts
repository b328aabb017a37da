import { type Offset } from '../../protocol/record-batch.ts';
import { type PartitionName } from '../../trace.ts';
import { type CompletedFetch } from './completed-fetch.ts';

/**
 * What has been fetched and not yet been returned (`FetchBuffer`): a queue, and before it the fetch
 * that is being read. While a partition has something in it, it is not fetched again.
 */
export class FetchBuffer {
  #queue: CompletedFetch[] = [];
  #nextInLine: CompletedFetch | undefined = undefined;
  readonly #fetchesOf = new Map<PartitionName, number>();
  readonly #changed: (partition: PartitionName) => void;

  /** `changed` is told of a partition that has got its first entry, or lost its last. */
  constructor(changed: (partition: PartitionName) => void) {
    this.#changed = changed;
  }

  /** Waiting behind the one that is being read. */
  get queue(): readonly CompletedFetch[] {
    return this.#queue;
  }

  /** The fetch that is being read; it is never a consumed one. */
  get nextInLine(): CompletedFetch | undefined {
    return this.#nextInLine;
  }

  has(partition: PartitionName): boolean {
    return this.#fetchesOf.has(partition);
  }

  /** The offset behind all that is in it of the partition; undefined: there is nothing. */
  endOf(partition: PartitionName): Offset | undefined {
    let end: Offset | undefined;
    for (const fetch of [this.#nextInLine, ...this.#queue]) {
      if (fetch?.partition !== partition) continue;
      const last = fetch.data.records?.at(-1);
      if (last !== undefined) end = last.lastOffset + 1;
    }
    return end;
  }

  add(fetch: CompletedFetch): void {
    this.#queue.push(fetch);
    const count = this.#fetchesOf.get(fetch.partition) ?? 0;
    this.#fetchesOf.set(fetch.partition, count + 1);
    if (count === 0) this.#changed(fetch.partition);
  }

  /** Takes the head of the queue for reading. */
  readHead(): void {
    this.#nextInLine = this.#queue.shift();
  }

  /** Drops the head of the queue. */
  dropHead(): void {
    const head = this.#queue.shift();
    if (head !== undefined) this.#forget(head);
  }

  /** The fetch that is being read is consumed. */
  finishReading(): void {
    const fetch = this.#nextInLine;
    this.#nextInLine = undefined;
    if (fetch !== undefined) this.#forget(fetch);
  }

  /** Lays the fetch that is being read aside; it is to be given back with `putBack`. */
  layAside(): CompletedFetch | undefined {
    const fetch = this.#nextInLine;
    this.#nextInLine = undefined;
    return fetch;
  }

  putBack(fetches: readonly CompletedFetch[]): void {
    this.#queue.push(...fetches);
  }

  /** Drops everything of partitions that are not in `partitions`. */
  retain(partitions: ReadonlySet<PartitionName>): void {
    const kept: CompletedFetch[] = [];
    for (const fetch of this.#queue) {
      if (partitions.has(fetch.partition)) kept.push(fetch);
      else this.#forget(fetch);
    }
    this.#queue = kept;
    const reading = this.#nextInLine;
    if (reading !== undefined && !partitions.has(reading.partition)) this.finishReading();
  }

  #forget(fetch: CompletedFetch): void {
    fetch.drain();
    const count = this.#fetchesOf.get(fetch.partition) ?? 0;
    if (count > 1) {
      this.#fetchesOf.set(fetch.partition, count - 1);
      return;
    }
    this.#fetchesOf.delete(fetch.partition);
    this.#changed(fetch.partition);
  }
}
