import { type Offset, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { rememberedBatches } from '../ground-truth/producer-history.ts';

/** What a replica must know of one producer after it has read its log. */
export interface ReplayedProducer {
  producerEpoch: number;
  /** Of the present epoch, oldest first; at most as many as a broker remembers. */
  batches: RecordBatch[];
  currentTxnFirstOffset: Offset | null;
}

/** Reads a log as a replica does after a restart (`ProducerStateManager`). */
export function replayProducers(log: readonly RecordBatch[]): Map<number, ReplayedProducer> {
  const producers = new Map<number, ReplayedProducer>();
  for (const batch of log) {
    if (batch.producerId >= 0) apply(batch, producers);
  }
  return producers;
}

function apply(batch: RecordBatch, producers: Map<number, ReplayedProducer>): void {
  let producer = producers.get(batch.producerId);
  if (producer === undefined) {
    producer = { producerEpoch: batch.producerEpoch, batches: [], currentTxnFirstOffset: null };
    producers.set(batch.producerId, producer);
  }
  if (producer.producerEpoch !== batch.producerEpoch) {
    producer.producerEpoch = batch.producerEpoch;
    producer.batches = [];
  }
  if (batch.isControl) {
    producer.currentTxnFirstOffset = null;
    return;
  }
  producer.batches.push(batch);
  if (producer.batches.length > rememberedBatches) producer.batches.shift();
  if (batch.isTransactional) producer.currentTxnFirstOffset ??= batch.baseOffset;
}
