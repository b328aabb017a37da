import { removeFrom } from '../../kernel/lists.ts';
import { type ClusterNode } from '../metadata-snapshot.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { type ProducerBatch } from './producer-batch.ts';

/** The node that a queue's batches go to, as far as the queue knows it. */
export interface QueueLeader {
  readonly node: ClusterNode;
  /** The queue's first batch, its length, or whether it is muted has changed. */
  readonly queueChanged: (queue: PartitionQueue) => void;
}

/**
 * What a queue waits for: nothing, if it is empty or muted; `linger.ms`; nothing but its turn; or the
 * backoff of the retry at its head.
 */
export type QueueWait = 'none' | 'linger' | 'turn' | 'retry';

/** The batches of one partition that are to be sent, the next one first. */
export class PartitionQueue {
  readonly partition: TopicPartition;
  readonly batches: ProducerBatch[] = [];
  /** What was drained and is neither over nor put back, in the order in which it was sent. */
  readonly sent: ProducerBatch[] = [];
  /** No batch may be drained while one is in flight (`max.in.flight.requests.per.connection=1`). */
  isMuted = false;

  /** `undefined` while none is known. */
  leader: QueueLeader | undefined = undefined;
  /** Among the leader's partitions. */
  position = -1;
  waitsFor: QueueWait = 'none';
  /** While it lingers: until when, and where that is noted. */
  lingersUntilMs = 0;
  lingerIndex = -1;

  /** Its length when the sender last looked; -1 before. */
  knownLength = -1;
  isLengthNews = false;

  constructor(partition: TopicPartition) {
    this.partition = partition;
  }

  get first(): ProducerBatch | undefined {
    return this.batches[0];
  }

  get last(): ProducerBatch | undefined {
    return this.batches.at(-1);
  }

  /** A batch is complete, so that it need not linger. */
  get hasFullBatch(): boolean {
    return this.batches.length > 1 || this.batches[0]?.isFull === true;
  }

  /** Whether the last batch takes no more records; only it may be incomplete. */
  get areAllFull(): boolean {
    return this.last?.isFull !== false;
  }

  remove(batch: ProducerBatch): void {
    removeFrom(this.batches, batch);
  }

  removeSent(batch: ProducerBatch): void {
    removeFrom(this.sent, batch);
  }

  /** Puts a batch with a sequence before those with larger ones, and before those without. */
  insertInSequence(batch: ProducerBatch): void {
    let index = 0;
    for (const queued of this.batches) {
      if (!queued.hasSequence || queued.baseSequence >= batch.baseSequence) break;
      index += 1;
    }
    this.batches.splice(index, 0, batch);
  }
}
