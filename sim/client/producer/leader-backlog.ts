import { Bitmap } from '../../kernel/bitmap.ts';
import { type ExponentialBackoff } from '../exponential-backoff.ts';
import { type ClusterNode, type PartitionView } from '../metadata-snapshot.ts';
import { LingeringQueues } from './lingering-queues.ts';
import { type PartitionQueue, type QueueLeader } from './partition-queue.ts';
import { type ProducerBatch } from './producer-batch.ts';

/** How long batches wait. Times in milliseconds. */
export interface BacklogTimes {
  readonly lingerMs: number;
  /** Of a batch that is to be sent again; drawn anew at each look. */
  readonly retryBackoff: ExponentialBackoff;
}

/** What a look at a leader's queues finds: it can be sent to now. */
export const isReady = -1;

/**
 * The queues of all partitions that one node leads. It is told of each change, so that a look at what
 * is ready costs nothing for the queues that wait (`RecordAccumulator.batchReady`).
 */
export class LeaderBacklog implements QueueLeader {
  node: ClusterNode;
  /** Where the next drain begins (`nodesDrainIndex`). */
  drainIndex = 0;
  partitions: readonly PartitionView[] = [];
  readonly #times: BacklogTimes;
  #queues: (PartitionQueue | undefined)[] = [];
  /** Positions of queues that have batches and are not muted. */
  #waiting = new Bitmap(0);
  #lingering = new LingeringQueues();
  #lingeringCount = 0;
  #waitingForTurn = 0;
  #retrying: PartitionQueue[] = [];

  constructor(node: ClusterNode, times: BacklogTimes) {
    this.node = node;
    this.#times = times;
  }

  /** Begins anew with the partitions that the node leads now. */
  reset(node: ClusterNode, partitions: readonly PartitionView[]): void {
    this.node = node;
    this.partitions = partitions;
    this.#queues = [];
    this.#waiting = new Bitmap(partitions.length);
    this.#lingering = new LingeringQueues();
    this.#lingeringCount = 0;
    this.#waitingForTurn = 0;
    this.#retrying = [];
  }

  /** `queue` is that of the partition at `position`; it is not among the queues of another leader. */
  link(queue: PartitionQueue, position: number): void {
    this.#queues[position] = queue;
    queue.leader = this;
    queue.position = position;
    queue.waitsFor = 'none';
    this.queueChanged(queue);
  }

  queueChanged(queue: PartitionQueue): void {
    this.#takeOut(queue);
    const { first } = queue;
    if (first === undefined || queue.isMuted) {
      this.#waiting.remove(queue.position);
      return;
    }
    this.#waiting.add(queue.position);
    if (first.attempts > 0) {
      queue.waitsFor = 'retry';
      this.#retrying.push(queue);
    } else if (queue.hasFullBatch) {
      queue.waitsFor = 'turn';
      this.#waitingForTurn += 1;
    } else {
      queue.waitsFor = 'linger';
      this.#lingering.add(queue, first.waitsSinceMs + this.#times.lingerMs);
      this.#lingeringCount += 1;
    }
  }

  get hasBatches(): boolean {
    return this.#waitingForTurn > 0 || this.#lingeringCount > 0 || this.#retrying.length > 0;
  }

  /**
   * `isReady`, or how many milliseconds until it may be. `isHurried`: nothing lingers, since memory is
   * short, or everything is to be sent.
   */
  look(nowMs: number, isHurried: boolean): number {
    this.#endLinger(nowMs);
    if (this.#waitingForTurn > 0 || (isHurried && this.#lingeringCount > 0)) return isReady;
    const next = this.#lingering.next;
    let delayMs = next === undefined ? Infinity : next.lingersUntilMs - nowMs;
    for (const queue of this.#retrying) {
      const { first } = queue;
      if (first === undefined) continue;
      const retryMs = this.#lookAtRetry(queue, first, nowMs, isHurried);
      if (retryMs === isReady) return isReady;
      if (retryMs < delayMs) delayMs = retryMs;
    }
    return delayMs;
  }

  /** Whether the batch still waits before it is sent again. */
  isBackingOff(queue: PartitionQueue, batch: ProducerBatch, nowMs: number): boolean {
    batch.noteLeaderEpoch(this.partitions[queue.position]?.metadata.leaderEpoch ?? -1);
    if (batch.attempts === 0 || batch.hasNewLeader) return false;
    return waitedMs(batch, nowMs) < this.#times.retryBackoff.next(batch.attempts - 1);
  }

  /** The first queue with batches at a position from `from` up to below `to`. */
  nextWaiting(from: number, to: number): PartitionQueue | undefined {
    const position = this.#waiting.nextFrom(from);
    return position >= 0 && position < to ? this.#queues[position] : undefined;
  }

  #endLinger(nowMs: number): void {
    for (;;) {
      const next = this.#lingering.next;
      if (next === undefined || next.lingersUntilMs > nowMs) return;
      this.#takeOut(next);
      next.waitsFor = 'turn';
      this.#waitingForTurn += 1;
    }
  }

  /** A retry lingers, too, from when it came back; even a leader that is new does not change that. */
  #lookAtRetry(
    queue: PartitionQueue,
    first: ProducerBatch,
    nowMs: number,
    isHurried: boolean,
  ): number {
    const waited = waitedMs(first, nowMs);
    const isBackingOff = this.isBackingOff(queue, first, nowMs);
    const { lingerMs, retryBackoff } = this.#times;
    const toWait = isBackingOff ? retryBackoff.next(first.attempts - 1) : lingerMs;
    const isSendable = isHurried || queue.hasFullBatch || waited >= toWait;
    return isSendable && !isBackingOff ? isReady : Math.max(toWait - waited, 0);
  }

  #takeOut(queue: PartitionQueue): void {
    switch (queue.waitsFor) {
      case 'linger':
        this.#lingering.remove(queue);
        this.#lingeringCount -= 1;
        break;
      case 'turn':
        this.#waitingForTurn -= 1;
        break;
      case 'retry':
        this.#retrying.splice(this.#retrying.indexOf(queue), 1);
        break;
      case 'none':
        break;
    }
    queue.waitsFor = 'none';
  }
}

function waitedMs(batch: ProducerBatch, nowMs: number): number {
  return Math.max(0, nowMs - batch.waitsSinceMs);
}
