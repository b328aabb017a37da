import { removeAt } from '../../kernel/lists.ts';
import { incrementSequence } from '../../protocol/record-batch.ts';
import { JavaPriorityQueue } from './java-priority-queue.ts';
import { noProducerId, type ProducerBatch, type ProducerIdAndEpoch } from './producer-batch.ts';

/**
 * What an idempotent producer knows of one partition's sequences (`TxnPartitionEntry`). In flight is a
 * batch from when it is drained until it is over, also while it waits for a retry.
 */
export class PartitionSequences {
  /** Whose sequences these are; behind the producer's until nothing of an old epoch is in flight. */
  producer: ProducerIdAndEpoch = noProducerId;
  nextSequence = 0;
  /** The largest one, so that it does not move after a wrap; -1 before the first. */
  lastAckedSequence = -1;
  lastAckedOffset = -1;
  /** By id, epoch and sequence. */
  readonly #inFlight: ProducerBatch[] = [];
  /** The same as a heap, if that decides in which order they are renumbered. */
  readonly #heap: JavaPriorityQueue<ProducerBatch> | undefined;

  /** `renumbersByHeap`: as before 2.3 (KAFKA-8483). */
  constructor(renumbersByHeap: boolean) {
    this.#heap = renumbersByHeap ? new JavaPriorityQueue(compareSequences) : undefined;
  }

  get inFlight(): readonly ProducerBatch[] {
    return this.#inFlight;
  }

  get hasInFlight(): boolean {
    return this.#inFlight.length > 0;
  }

  /** -1 if nothing is in flight. */
  get firstInFlightSequence(): number {
    return this.#inFlight[0]?.baseSequence ?? -1;
  }

  /** Whether `sequence` is the one after the last acknowledged. */
  isNext(sequence: number): boolean {
    return ((sequence - this.lastAckedSequence) | 0) === 1;
  }

  /** Gives the batch the next sequences, and counts it as in flight. */
  assign(batch: ProducerBatch, producer: ProducerIdAndEpoch, isTransactional: boolean): void {
    batch.setProducer(producer, this.nextSequence, isTransactional);
    this.nextSequence = incrementSequence(this.nextSequence, batch.recordCount);
    this.addInFlight(batch);
  }

  addInFlight(batch: ProducerBatch): void {
    const inFlight = this.#inFlight;
    let index = inFlight.length;
    while (index > 0) {
      const order = compareSequences(inFlight[index - 1], batch);
      if (order === 0) return;
      if (order < 0) break;
      index -= 1;
    }
    inFlight.splice(index, 0, batch);
    this.#heap?.add(batch);
  }

  /** Forgets the batch, or another one with the same sequence. */
  removeInFlight(batch: ProducerBatch): void {
    const inFlight = this.#inFlight;
    const index = inFlight.findIndex((other) => compareSequences(other, batch) === 0);
    const removed = inFlight[index];
    removeAt(inFlight, index);
    if (removed !== undefined) this.#heap?.remove(removed);
  }

  /** A batch has failed that is not in the log: those that follow it take its place. */
  closeGap({ baseSequence, recordCount }: ProducerBatch): void {
    if (this.nextSequence < recordCount) return;
    this.nextSequence -= recordCount;
    for (const batch of this.#inFlight) {
      if (batch.baseSequence < baseSequence) continue;
      batch.resetProducer(batch.producer, batch.baseSequence - recordCount);
    }
    this.#inFlight.sort(compareSequences);
  }

  acked(lastSequence: number): void {
    if (lastSequence > this.lastAckedSequence) this.lastAckedSequence = lastSequence;
  }

  /** Begins again at 0 under a new identity: also batches whose outcome is not known (KAFKA-14034). */
  startAtBeginning(producer: ProducerIdAndEpoch): void {
    let sequence = 0;
    for (const batch of this.#heap?.all() ?? this.#inFlight) {
      batch.resetProducer(producer, sequence);
      sequence += batch.recordCount;
    }
    this.#inFlight.sort(compareSequences);
    this.producer = producer;
    this.nextSequence = sequence;
    this.lastAckedSequence = -1;
  }
}

function compareSequences(one: ProducerBatch | undefined, other: ProducerBatch): number {
  if (one === undefined) return -1;
  const byId = one.producer.producerId - other.producer.producerId;
  if (byId !== 0) return byId;
  const byEpoch = one.producer.epoch - other.producer.epoch;
  return byEpoch === 0 ? one.baseSequence - other.baseSequence : byEpoch;
}
