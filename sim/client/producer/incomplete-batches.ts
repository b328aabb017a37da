import { type ProducerBatch } from './producer-batch.ts';

/** All batches that are not over, queued or in flight, the oldest first (`IncompleteBatches`). */
export class IncompleteBatches {
  #oldest: ProducerBatch | undefined = undefined;
  #newest: ProducerBatch | undefined = undefined;

  get oldest(): ProducerBatch | undefined {
    return this.#oldest;
  }

  get isEmpty(): boolean {
    return this.#oldest === undefined;
  }

  /** Most batches are the newest; pieces of a split one are as old as it was. */
  add(batch: ProducerBatch): void {
    let older = this.#newest;
    while (older !== undefined && older.createdMs > batch.createdMs) older = older.older;
    const newer = older === undefined ? this.#oldest : older.newer;
    batch.older = older;
    batch.newer = newer;
    if (older === undefined) this.#oldest = batch;
    else older.newer = batch;
    if (newer === undefined) this.#newest = batch;
    else newer.older = batch;
  }

  /** Does nothing if it is not there. */
  remove(batch: ProducerBatch): void {
    const { older, newer } = batch;
    if (older === undefined && this.#oldest !== batch) return;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    batch.older = undefined;
    batch.newer = undefined;
  }

  all(): readonly ProducerBatch[] {
    const all: ProducerBatch[] = [];
    for (let batch = this.#oldest; batch !== undefined; batch = batch.newer) all.push(batch);
    return all;
  }
}
