import { type BatchCompletion } from './batch-completion.ts';
import { type PartitionQueue } from './partition-queue.ts';
import { type ProducerBatch } from './producer-batch.ts';
import { type RecordAccumulator } from './record-accumulator.ts';

/** Gives up batches whose `delivery.timeout.ms` is over, queued or in flight (`Sender.failExpiredBatches`). */
export class BatchExpiry {
  readonly #accumulator: RecordAccumulator;
  readonly #completion: BatchCompletion;
  readonly #deliveryTimeoutMs: number;
  #count = 0;

  constructor(
    accumulator: RecordAccumulator,
    completion: BatchCompletion,
    deliveryTimeoutMs: number,
  ) {
    this.#accumulator = accumulator;
    this.#completion = completion;
    this.#deliveryTimeoutMs = deliveryTimeoutMs;
  }

  /** How many it has given up. */
  get count(): number {
    return this.#count;
  }

  /** @returns When the next one is to be given up; or Infinity. */
  giveUp(nowMs: number): number {
    const { oldest } = this.#accumulator.incomplete;
    if (oldest === undefined) return Infinity;
    const dueMs = oldest.createdMs + this.#deliveryTimeoutMs;
    return dueMs > nowMs ? dueMs : this.#giveUpOld(nowMs);
  }

  /** Looks, as Kafka does, only at batches before which none is too young. */
  #giveUpOld(nowMs: number): number {
    const queued: ProducerBatch[] = [];
    const inFlight: ProducerBatch[] = [];
    let nextMs = Infinity;
    for (const queue of this.#accumulator.queues()) {
      const young = [
        this.#takeOld(queue.sent, nowMs, inFlight),
        this.#takeOld(queue.batches, nowMs, queued),
      ];
      for (const batch of young) {
        if (batch !== undefined) {
          nextMs = Math.min(nextMs, batch.createdMs + this.#deliveryTimeoutMs);
        }
      }
    }
    for (const batch of queued) {
      this.#accumulator.unqueue(batch);
      this.#completion.expired(batch, true);
    }
    for (const batch of inFlight) this.#completion.expired(batch, false);
    this.#count += queued.length + inFlight.length;
    return nextMs;
  }

  /** @returns The first that is not too old. */
  #takeOld(
    batches: PartitionQueue['batches'],
    nowMs: number,
    into: ProducerBatch[],
  ): ProducerBatch | undefined {
    for (const batch of batches) {
      if (!batch.hasReachedDeliveryTimeout(this.#deliveryTimeoutMs, nowMs)) return batch;
      into.push(batch);
    }
    return undefined;
  }
}
