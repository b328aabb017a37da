import { bytesBetween, isOnOlderSegment, type LogPosition } from '../log/log-position.ts';
import { type PartitionLog } from '../log/partition-log.ts';
import { DelayedOperation, type WatchList } from '../purgatory/delayed-operation.ts';
import { type FetchParams } from './fetch-params.ts';
import { type FetchReading } from './fetch-reading.ts';
import { type FetchedPartition } from './fetched-partition.ts';
import { boundOf } from './partition-reading.ts';

/** A fetch that waits for `minBytes`, or for anything that the reader should know of at once. */
export class DelayedFetch extends DelayedOperation {
  readonly taskName = 'fetch-expired';
  readonly #asked: readonly FetchedPartition[];
  /** Where each partition was read; only looked at where one byte is not enough. */
  readonly #positions: readonly (LogPosition | null)[];
  readonly #params: FetchParams;
  readonly #reading: FetchReading;
  readonly #answer: () => void;

  constructor(
    asked: readonly FetchedPartition[],
    params: FetchParams,
    reading: FetchReading,
    answer: () => void,
  ) {
    super();
    this.#asked = asked;
    this.#params = params;
    this.#reading = reading;
    this.#answer = answer;
    this.#positions =
      params.minBytes > 1 ? asked.map((partition) => this.#positionOf(partition)) : [];
  }

  watchLists(): WatchList[] {
    const lists: WatchList[] = [];
    for (const asked of this.#asked) {
      const partition = this.#reading.hosted(asked);
      if (partition !== undefined) lists.push(partition.waitingFetches);
    }
    return lists;
  }

  /** @see `DelayedFetch.tryComplete`, which names the cases. */
  canComplete(): boolean {
    let bytes = 0;
    for (const [index, asked] of this.#asked.entries()) {
      const found = this.#availableBytes(asked, index);
      if (found < 0) return true;
      bytes += found;
    }
    return bytes >= this.#params.minBytes;
  }

  /** What is there is read again, as it is now. */
  protected complete(): void {
    this.#reading.readAll(this.#asked, this.#params, false);
    if (this.#params.bound === 'lastStable') {
      for (const asked of this.#asked) this.#hideAborted(asked);
    }
    this.#answer();
  }

  /** Readers of old brokers took the records for committed. */
  #hideAborted(asked: FetchedPartition): void {
    const hides = this.#reading.hosted(asked)?.host.switches.delayedFetchHidesAborted === true;
    if (hides) asked.read.abortedTransactions = [];
  }

  /** About how much could be read; -1 if the reader should be answered at once. */
  #availableBytes(asked: FetchedPartition, index: number): number {
    const partition = this.#reading.hosted(asked);
    if (partition === undefined) return -1;
    const error = partition.accessError(asked.leaderEpoch, this.#params.requireLeader);
    const { log } = partition;
    if (
      log === undefined ||
      error === 'NOT_LEADER_OR_FOLLOWER' ||
      error === 'FENCED_LEADER_EPOCH'
    ) {
      return -1;
    }
    // Kafka lets a reader wait whose leader epoch is too new.
    if (error !== 'NONE') return 0;
    const bound = boundOf(log, this.#params);
    if (asked.fetchOffset > bound) return -1;
    if (asked.lastFetchedEpoch >= 0 && hasDiverged(asked, log)) return -1;
    if (asked.fetchOffset === bound) return 0;
    return this.#params.minBytes <= 1 ? 1 : this.#bytesTo(log, asked, index);
  }

  #bytesTo(log: PartitionLog, asked: FetchedPartition, index: number): number {
    const from = this.#positions[index] ?? null;
    const to = log.boundPosition(this.#params.bound);
    if (from === null || isOnOlderSegment(from, to)) return -1;
    const isOnSame = from.segmentBaseOffset === to.segmentBaseOffset;
    return isOnSame ? Math.min(bytesBetween(from, to), asked.maxBytes) : 0;
  }

  #positionOf(asked: FetchedPartition): LogPosition | null {
    const log = this.#reading.hosted(asked)?.log;
    return asked.read.position ?? log?.boundPosition(this.#params.bound) ?? null;
  }
}

/** The log was truncated, or another history begun, while the reader waited. */
function hasDiverged(asked: FetchedPartition, log: PartitionLog): boolean {
  const end = log.endOffsetFor(asked.lastFetchedEpoch);
  if (end === null) return true;
  return end.leaderEpoch < asked.lastFetchedEpoch || end.endOffset < asked.fetchOffset;
}
