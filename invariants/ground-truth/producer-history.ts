import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type ReplicaTruth } from './replica-truth.ts';
import { isSameBatch } from './same-batch.ts';

/** A broker remembers this many batches of a producer (`ProducerStateEntry.NUM_BATCHES_TO_RETAIN`). */
export const rememberedBatches = 5;

/** The last batches that one producer id has in the log of the leader. */
export class ProducerHistory {
  /** Oldest first: those that a leader remembers, and one that it has just appended. */
  readonly batches: RecordBatch[] = [];
  /** The highest epoch of its batches and markers. */
  highestEpoch = -1;
  #replica: ReplicaTruth;
  #truncations: number;

  constructor(replica: ReplicaTruth) {
    this.#replica = replica;
    this.#truncations = replica.truncations;
  }

  /** The history as this replica's log has it: another leader may lack the end of it. */
  readFrom(replica: ReplicaTruth, producerId: number): void {
    if (this.#replica === replica && this.#truncations === replica.truncations) return;
    this.#replica = replica;
    this.#truncations = replica.truncations;
    const newest = this.batches.at(-1);
    if (newest === undefined || newest.baseOffset < replica.logStartOffset) return;
    const own = replica.log.find(newest.baseOffset);
    if (own === undefined || !isSameBatch(own, newest)) this.#rebuild(replica, producerId);
  }

  note(batch: RecordBatch): void {
    this.highestEpoch = Math.max(this.highestEpoch, batch.producerEpoch);
    if (batch.isControl) return;
    this.batches.push(batch);
    if (this.batches.length > rememberedBatches + 1) this.batches.shift();
  }

  #rebuild({ log }: ReplicaTruth, producerId: number): void {
    this.batches.length = 0;
    this.highestEpoch = -1;
    for (let index = log.nextIndex - 1; index >= log.firstIndex; index -= 1) {
      const batch = log.at(index);
      if (batch?.producerId !== producerId) continue;
      this.highestEpoch = Math.max(this.highestEpoch, batch.producerEpoch);
      if (!batch.isControl) this.batches.unshift(batch);
      if (this.batches.length === rememberedBatches) return;
    }
  }
}
