import { type PartitionQueue } from './partition-queue.ts';
import { type ProducerBatch } from './producer-batch.ts';
import { type LeaderBacklog } from './leader-backlog.ts';
import { type RecordAccumulator } from './record-accumulator.ts';

/** Decides about batches of an idempotent producer, and gives them their sequences. */
export interface DrainGuard {
  readonly mustHold: (batch: ProducerBatch) => boolean;
  readonly assign: (batch: ProducerBatch) => void;
}

export interface DrainRules {
  /** `max.request.size` */
  readonly maxRequestSize: number;
  /** A partition that has to wait holds back all that come after it; false is a fix that 4.3.1 has not. */
  readonly blocksWholeNode: boolean;
}

export interface Drained {
  readonly batches: readonly ProducerBatch[];
  /** Nothing can be drained before something comes in, or a batch is given up. */
  readonly isBlocked: boolean;
}

/**
 * Takes the batches of one request out of their queues: round the leader's partitions, one batch of each
 * (`RecordAccumulator.drainBatchesForOneNode`).
 */
export class BatchDrainer {
  readonly #accumulator: RecordAccumulator;
  readonly #guard: DrainGuard | undefined;
  readonly #rules: DrainRules;

  constructor(accumulator: RecordAccumulator, guard: DrainGuard | undefined, rules: DrainRules) {
    this.#accumulator = accumulator;
    this.#guard = guard;
    this.#rules = rules;
  }

  drain(backlog: LeaderBacklog, nowMs: number): Drained {
    const count = backlog.partitions.length;
    const start = backlog.drainIndex % count;
    const round = new Round(backlog, start);
    const batches: ProducerBatch[] = [];
    let size = 0;
    let isBlocked = false;
    for (let queue = round.next(); queue !== undefined; queue = round.next()) {
      const { first } = queue;
      if (first === undefined || backlog.isBackingOff(queue, first, nowMs)) continue;
      const isTooMuch = size + first.estimatedSizeInBytes > this.#rules.maxRequestSize;
      if (isTooMuch && batches.length > 0) {
        backlog.drainIndex = queue.position;
        return { batches, isBlocked: false };
      }
      if (this.#guard?.mustHold(first) === true) {
        isBlocked = true;
        if (!this.#rules.blocksWholeNode) continue;
        // The next drain begins again here, so that the whole node waits for this partition.
        backlog.drainIndex = queue.position;
        return { batches, isBlocked: batches.length === 0 };
      }
      const batch = this.#take(queue, first);
      size += batch.batch.sizeInBytes;
      batches.push(batch);
    }
    // One before the start, for that is the partition at which the round has ended.
    backlog.drainIndex = (start + count - 1) % count;
    return { batches, isBlocked: isBlocked && batches.length === 0 };
  }

  #take(queue: PartitionQueue, first: ProducerBatch): ProducerBatch {
    if (!first.hasSequence) this.#guard?.assign(first);
    const batch = this.#accumulator.takeFirst(queue);
    queue.sent.push(batch);
    batch.isInFlight = true;
    return batch;
  }
}

/** Goes once round the queues of a leader that have batches. */
class Round {
  readonly #backlog: LeaderBacklog;
  readonly #start: number;
  #position: number;
  #hasWrapped = false;

  constructor(backlog: LeaderBacklog, start: number) {
    this.#backlog = backlog;
    this.#start = start;
    this.#position = start;
  }

  next(): PartitionQueue | undefined {
    const end = this.#hasWrapped ? this.#start : this.#backlog.partitions.length;
    const queue = this.#backlog.nextWaiting(this.#position, end);
    if (queue !== undefined) {
      this.#position = queue.position + 1;
      return queue;
    }
    if (this.#hasWrapped) return undefined;
    this.#hasWrapped = true;
    this.#position = 0;
    return this.next();
  }
}
