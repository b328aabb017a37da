import { type ErrorName } from '../../protocol/errors.ts';
import { type FetchPartition } from '../../protocol/messages/fetch-request.ts';
import { type AbortedTransaction } from '../../protocol/messages/fetch-response.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { type LogPosition } from '../log/log-position.ts';

/** What one partition of a fetch has found. Filled anew by each reading. */
export interface PartitionRead {
  errorCode: ErrorName;
  highWatermark: Offset;
  lastStableOffset: Offset;
  logStartOffset: Offset;
  batches: readonly RecordBatch[];
  sizeInBytes: number;
  /** Null unless the reader asked for committed records only. */
  abortedTransactions: readonly AbortedTransaction[] | null;
  /** -1 unless the reader's log diverges from this one. */
  divergingEpoch: number;
  divergingEndOffset: Offset;
  /** -1 unless the reader had better read elsewhere (KIP-392). */
  preferredReadReplica: number;
  /** Where the fetch offset lies; null if that is the bound itself, or where nothing was read. */
  position: LogPosition | null;
}

const noBatches: readonly RecordBatch[] = [];

/**
 * A partition of a fetch: what the reader asks for, what it was told last in its session (KIP-227), and
 * what it finds now. One object serves all requests of a session, so that a request of a thousand
 * partitions of which nothing has changed makes nothing.
 */
export class FetchedPartition {
  /** Null while this broker does not know the topic of the id. */
  topic: string | null;
  readonly topicId: string;
  readonly index: number;
  maxBytes = 0;
  fetchOffset: Offset = 0;
  /** -1 if the reader does not say. */
  leaderEpoch = -1;
  fetcherLogStartOffset: Offset = -1;
  lastFetchedEpoch = -1;
  /** As told last; -1 makes the next answer tell again. */
  toldHighWatermark: Offset = -1;
  toldLogStartOffset: Offset = -1;
  readonly read: PartitionRead = {
    errorCode: 'NONE',
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    batches: noBatches,
    sizeInBytes: 0,
    abortedTransactions: null,
    divergingEpoch: -1,
    divergingEndOffset: -1,
    preferredReadReplica: -1,
    position: null,
  };
  /** Neighbours in the order of the session; kept by `SessionPartitions`. */
  next: FetchedPartition | undefined = undefined;
  previous: FetchedPartition | undefined = undefined;

  constructor(topic: string | null, topicId: string, asked: FetchPartition) {
    this.topic = topic;
    this.topicId = topicId;
    this.index = asked.partition;
    this.ask(asked);
  }

  ask(asked: FetchPartition): void {
    this.maxBytes = asked.partitionMaxBytes;
    this.fetchOffset = asked.fetchOffset;
    this.leaderEpoch = Math.max(asked.currentLeaderEpoch, -1);
    this.fetcherLogStartOffset = asked.logStartOffset;
    this.lastFetchedEpoch = asked.lastFetchedEpoch;
  }

  /** Nothing found yet; with an error, nothing to be found. */
  clearRead(errorCode: ErrorName): void {
    const { read } = this;
    read.errorCode = errorCode;
    read.highWatermark = -1;
    read.lastStableOffset = -1;
    read.logStartOffset = -1;
    read.batches = noBatches;
    read.sizeInBytes = 0;
    read.abortedTransactions = null;
    read.divergingEpoch = -1;
    read.divergingEndOffset = -1;
    read.preferredReadReplica = -1;
    read.position = null;
  }

  /**
   * Whether an incremental answer has to name the partition. If so, what is told is noted
   * (`CachedPartition.maybeUpdateResponseData`).
   */
  noteNews(): boolean {
    const { read } = this;
    let isNews = read.sizeInBytes > 0 || read.preferredReadReplica >= 0 || read.divergingEpoch >= 0;
    if (this.toldHighWatermark !== read.highWatermark) {
      isNews = true;
      this.toldHighWatermark = read.highWatermark;
    }
    if (this.toldLogStartOffset !== read.logStartOffset) {
      isNews = true;
      this.toldLogStartOffset = read.logStartOffset;
    }
    if (read.errorCode !== 'NONE') {
      isNews = true;
      // So that the end of the error is news again.
      this.toldHighWatermark = -1;
    }
    return isNews;
  }
}

/** The partitions of a fetch or of a session, in the order in which they are read. */
export class SessionPartitions {
  readonly #byTopic = new Map<string, (FetchedPartition | undefined)[]>();
  first: FetchedPartition | undefined = undefined;
  #last: FetchedPartition | undefined = undefined;
  size = 0;

  /** `topicKey` is the topic's id where the session uses ids, else its name. */
  find(topicKey: string, index: number): FetchedPartition | undefined {
    return this.#byTopic.get(topicKey)?.[index];
  }

  add(topicKey: string, partition: FetchedPartition): void {
    const known = this.#byTopic.get(topicKey);
    if (known === undefined) {
      const made: (FetchedPartition | undefined)[] = [];
      made[partition.index] = partition;
      this.#byTopic.set(topicKey, made);
    } else {
      known[partition.index] = partition;
    }
    this.#append(partition);
    this.size += 1;
  }

  remove(topicKey: string, index: number): void {
    const known = this.#byTopic.get(topicKey);
    const partition = known?.[index];
    if (known === undefined || partition === undefined) return;
    known[index] = undefined;
    this.#unlink(partition);
    this.size -= 1;
  }

  /** Who has got records is read last next time, so that a small limit is fair. */
  moveToEnd(partition: FetchedPartition): void {
    if (partition === this.#last) return;
    this.#unlink(partition);
    this.#append(partition);
  }

  #append(partition: FetchedPartition): void {
    partition.previous = this.#last;
    partition.next = undefined;
    if (this.#last === undefined) this.first = partition;
    else this.#last.next = partition;
    this.#last = partition;
  }

  #unlink(partition: FetchedPartition): void {
    const { previous, next } = partition;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
  }
}
