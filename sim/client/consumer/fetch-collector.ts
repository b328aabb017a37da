import { assert } from '../../kernel/assert.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type Fact, type PartitionName, type PolledRecord } from '../../trace.ts';
import { type AssignedPartition, noReplica } from './assigned-partition.ts';
import { type CompletedFetch } from './completed-fetch.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type FetchBuffer } from './fetch-buffer.ts';
import { type SubscriptionState } from './subscription-state.ts';

export interface CollectorSettings {
  readonly isolationLevel: 'read_uncommitted' | 'read_committed';
  readonly maxPollRecords: number;
  /** How long a follower is preferred. */
  readonly metadataMaxAgeMs: number;
}

/** What the collector may do to the rest of the consumer. */
export interface CollectorContext {
  readonly nowMs: () => number;
  readonly requestMetadataUpdate: () => void;
  readonly record: (fact: Fact) => void;
}

/** The records of one partition that a poll returns; none where only the position moved. */
export interface PolledPartition {
  readonly partition: PartitionName;
  readonly records: readonly PolledRecord[];
}

/** What a poll takes out of the buffer (`Fetch`): an exception only if there is nothing else. */
export interface Collected {
  readonly partitions: readonly PolledPartition[];
  readonly exception: ConsumerException | undefined;
}

/** Nothing to return, no position moved. */
export const nothingCollected: Collected = { partitions: [], exception: undefined };

/** Takes records out of the fetch buffer and moves the positions over them (`FetchCollector`). */
export class FetchCollector {
  readonly #subscriptions: SubscriptionState;
  readonly #buffer: FetchBuffer;
  readonly #settings: CollectorSettings;
  readonly #context: CollectorContext;

  constructor(
    subscriptions: SubscriptionState,
    buffer: FetchBuffer,
    settings: CollectorSettings,
    context: CollectorContext,
  ) {
    this.#subscriptions = subscriptions;
    this.#buffer = buffer;
    this.#settings = settings;
    this.#context = context;
  }

  /** At most `max.poll.records` records. Nothing collected means that no position moved. */
  collect(): Collected {
    const buffer = this.#buffer;
    if (buffer.nextInLine === undefined && buffer.queue.length === 0) return nothingCollected;

    const partitions: PolledPartition[] = [];
    const paused: CompletedFetch[] = [];
    let exception: ConsumerException | undefined;
    let left = this.#settings.maxPollRecords;
    while (left > 0 && exception === undefined) {
      const fetch = buffer.nextInLine;
      if (fetch === undefined) {
        if (buffer.queue.length === 0) break;
        exception = this.#openHead(partitions.length === 0);
      } else if (this.#subscriptions.get(fetch.partition)?.isPaused === true) {
        // It can be returned when the partition is resumed.
        buffer.layAside();
        paused.push(fetch);
      } else {
        const polled = this.#read(fetch, left);
        if (polled !== undefined) {
          left -= polled.records.length;
          partitions.push(polled);
        } else if (fetch.isDamaged && !fetch.isConsumed) {
          exception = { name: 'KafkaException', partitions: [fetch.partition] };
        }
      }
    }
    buffer.putBack(paused);
    // What was collected goes first; the next poll will come upon the exception again.
    return { partitions, exception: partitions.length === 0 ? exception : undefined };
  }

  /** Takes the head of the queue for reading, or drops it. */
  #openHead(isFirst: boolean): ConsumerException | undefined {
    const head = this.#buffer.queue[0];
    assert(head !== undefined, 'the queue is not empty');
    const exception = head.isInitialized ? undefined : this.#initialize(head);
    if (exception !== undefined) {
      // An error without data is told once, and not before what was collected has been returned.
      if (isFirst && head.isEmpty) this.#buffer.dropHead();
    } else if (head.isInitialized) {
      this.#buffer.readHead();
    } else {
      this.#buffer.dropHead();
    }
    return exception;
  }

  /** Marks the fetch as initialized if it is of use. */
  #initialize(fetch: CompletedFetch): ConsumerException | undefined {
    const partition = this.#subscriptions.get(fetch.partition);
    const error = fetch.data.errorCode;
    let exception: ConsumerException | undefined;
    if (partition?.hasValidPosition === true) {
      if (error === 'NONE') this.#takeOver(partition, fetch);
      else exception = this.#fail(partition, fetch, error);
    }
    if (error !== 'NONE') this.#subscriptions.moveToEnd(fetch.partition);
    return exception;
  }

  #takeOver(partition: AssignedPartition, fetch: CompletedFetch): void {
    if (partition.position?.offset !== fetch.nextOffset) return;
    const { preferredReadReplica } = fetch.data;
    if (preferredReadReplica !== noReplica) {
      const untilMs = this.#context.nowMs() + this.#settings.metadataMaxAgeMs;
      partition.preferReplica(preferredReadReplica, untilMs);
    }
    fetch.isInitialized = true;
  }

  /** `FetchCollector.handleInitializeErrors`. */
  #fail(
    partition: AssignedPartition,
    fetch: CompletedFetch,
    error: ErrorName,
  ): ConsumerException | undefined {
    switch (error) {
      case 'NOT_LEADER_OR_FOLLOWER':
      case 'REPLICA_NOT_AVAILABLE':
      case 'KAFKA_STORAGE_ERROR':
      case 'FENCED_LEADER_EPOCH':
      case 'OFFSET_NOT_AVAILABLE':
      case 'UNKNOWN_TOPIC_OR_PARTITION':
      case 'UNKNOWN_TOPIC_ID':
      case 'INCONSISTENT_TOPIC_ID':
        this.#context.requestMetadataUpdate();
        partition.clearPreferredReplica();
        return undefined;
      case 'OFFSET_OUT_OF_RANGE':
        return this.#outOfRange(partition, fetch);
      case 'UNKNOWN_LEADER_EPOCH':
      case 'UNKNOWN_SERVER_ERROR':
        return undefined;
      case 'TOPIC_AUTHORIZATION_FAILED':
        return { name: 'TopicAuthorizationException', partitions: [partition.name] };
      case 'CORRUPT_MESSAGE':
        return { name: 'KafkaException', partitions: [partition.name] };
      default:
        return { name: 'IllegalStateException', partitions: [partition.name] };
    }
  }

  #outOfRange(partition: AssignedPartition, fetch: CompletedFetch): ConsumerException | undefined {
    // A follower may lag behind: the leader has the last word.
    if (partition.clearPreferredReplica()) return undefined;
    if (partition.position?.offset !== fetch.nextOffset) return undefined;
    if (!this.#subscriptions.hasResetPolicy) {
      return { name: 'OffsetOutOfRangeException', partitions: [partition.name] };
    }
    this.#subscriptions.requestReset(partition);
    return undefined;
  }

  /** Reads records, or drops a fetch that is no longer wanted. `undefined`: no position moved. */
  #read(fetch: CompletedFetch, max: number): PolledPartition | undefined {
    const partition = this.#subscriptions.get(fetch.partition);
    const position = partition?.isFetchable === true ? partition.position : null;
    if (partition === undefined || position?.offset !== fetch.nextOffset) {
      fetch.drain();
      this.#finish(fetch);
      return undefined;
    }
    const records = fetch.read(max);
    const { nextOffset, lastEpoch } = fetch;
    if (fetch.isConsumed) this.#finish(fetch);
    if (nextOffset === position.offset) return undefined;
    if (fetch.isDamaged && records.length === 0) return undefined;

    const { currentLeader } = position;
    partition.advance({ offset: nextOffset, offsetEpoch: lastEpoch, currentLeader });
    this.#context.record({
      kind: 'recordsPolled',
      partition: fetch.partition,
      isolationLevel: this.#settings.isolationLevel,
      position: position.offset,
      nextPosition: nextOffset,
      records,
    });
    return { partition: fetch.partition, records };
  }

  #finish(fetch: CompletedFetch): void {
    this.#buffer.finishReading();
    if (fetch.wasRead) this.#subscriptions.moveToEnd(fetch.partition);
  }
}
