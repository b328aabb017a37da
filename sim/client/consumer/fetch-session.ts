import {
  type FetchResponse,
  type FetchableTopicResponse,
} from '../../protocol/messages/fetch-response.ts';
import { type FetchTopic, type ForgottenTopic } from '../../protocol/messages/fetch-request.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type Uuid, zeroUuid } from '../../protocol/uuid.ts';
import { type TopicPartition } from '../topic-partition.ts';

/** What a fetch asks of one partition. */
export interface PartitionFetch {
  readonly partition: TopicPartition;
  /** `zeroUuid` if it is not known. */
  readonly topicId: Uuid;
  readonly fetchOffset: Offset;
  readonly leaderEpoch: number;
}

/** The part of a fetch request that depends on the session. */
export interface SessionRequest {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly topics: readonly FetchTopic[];
  readonly forgottenTopicsData: readonly ForgottenTopic[];
  /** Whether all topics are named by their ids, as from version 13 on. */
  readonly usesTopicIds: boolean;
}

const noSession = 0;
const initialEpoch = 0;
const finalEpoch = -1;
const maxEpoch = 2_147_483_647;

/**
 * A consumer's side of its fetch session with one broker (KIP-227; `FetchSessionHandler`): the broker
 * remembers what was asked, and later requests name only what is new.
 *
 * | answer to       | that is                        | next request               |
 * |-----------------|--------------------------------|----------------------------|
 * | any             | FETCH_SESSION_ID_NOT_FOUND     | full, without session      |
 * | any             | another error, or none at all  | full, closes the session   |
 * | full            | throttled, incomplete          | full, without session      |
 * | full            | good, with a session id        | incremental, epoch 1       |
 * | incremental     | about what was not asked       | full, closes the session   |
 * | incremental     | good, with the session id      | incremental, epoch + 1     |
 * | any             | good, without a session id     | full, without session      |
 */
export class FetchSession {
  readonly #maxBytes: number;
  #sessionId = noSession;
  #epoch = initialEpoch;
  /** What the broker has been asked for, by the topic's name and the partition's number. */
  readonly #topics = new Map<string, Map<number, PartitionFetch>>();
  #size = 0;
  readonly #topicNames = new Map<Uuid, string>();
  #withoutTopicId = 0;

  /** `maxBytes`: `max.partition.fetch.bytes`. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the next request has to name all partitions. */
  get isFull(): boolean {
    return this.#epoch === initialEpoch || this.#epoch === finalEpoch;
  }

  find({ topic, partition }: TopicPartition): PartitionFetch | undefined {
    return this.#topics.get(topic)?.get(partition);
  }

  /** Everything that the broker remembers. */
  *partitions(): Iterable<TopicPartition> {
    for (const topic of this.#topics.values()) {
      for (const { partition } of topic.values()) yield partition;
    }
  }

  /** The next request when `isFull`, for these partitions. */
  requestAll(fetches: readonly PartitionFetch[]): SessionRequest {
    this.#topics.clear();
    this.#topicNames.clear();
    this.#size = 0;
    this.#withoutTopicId = 0;
    for (const fetch of fetches) this.#put(fetch);
    return this.#request(fetches, [], this.#withoutTopicId === 0);
  }

  /** The next request otherwise, when only these partitions may have changed. */
  requestChanges(
    wanted: readonly PartitionFetch[],
    unwanted: readonly TopicPartition[],
  ): SessionRequest {
    if (wanted.length === 0 && unwanted.length === 0) {
      return this.#request(noFetches, [], this.#withoutTopicId === 0);
    }
    const removed: PartitionFetch[] = [];
    const replaced: PartitionFetch[] = [];
    const sent: PartitionFetch[] = [];
    for (const partition of unwanted) {
      const before = this.find(partition);
      if (before === undefined) continue;
      this.#remove(before);
      removed.push(before);
    }
    for (const fetch of wanted) {
      const before = this.find(fetch.partition);
      if (before !== undefined && isSameFetch(before, fetch)) continue;
      if (before !== undefined && hasOtherTopicId(before, fetch)) replaced.push(before);
      this.#put(fetch);
      sent.push(fetch);
    }
    const usesTopicIds =
      this.#withoutTopicId === 0 && removed.every(({ topicId }) => topicId !== zeroUuid);
    // Before there were topic ids nobody could tell that a topic had been replaced.
    const forgotten = usesTopicIds ? [...removed, ...replaced] : removed;
    return this.#request(sent, forgotten, usesTopicIds);
  }

  /** Ends the session: no partition, and the final epoch. */
  requestClose(): SessionRequest {
    this.#epoch = finalEpoch;
    return this.requestAll([]);
  }

  /** @returns Whether the answer is good; if not, it must not be used. */
  accept(response: FetchResponse, apiVersion: number): boolean {
    if (response.errorCode !== 'NONE') {
      if (response.errorCode === 'FETCH_SESSION_ID_NOT_FOUND') this.#startWithout();
      else this.fail();
      return false;
    }
    const isKnown = response.responses.every((topic) => this.#knowsAll(topic, apiVersion));
    if (this.isFull) {
      if (!isKnown || countPartitions(response) < this.#size) {
        this.#startWithout();
        return false;
      }
      this.#sessionId = response.sessionId;
      this.#epoch = response.sessionId === noSession ? initialEpoch : nextEpoch(initialEpoch);
      return true;
    }
    if (!isKnown) {
      this.fail();
      return false;
    }
    if (response.sessionId === noSession) this.#startWithout();
    else this.#epoch = nextEpoch(this.#epoch);
    return true;
  }

  /** What was asked of a partition in an accepted answer. */
  asked(
    topic: FetchableTopicResponse,
    partition: number,
    apiVersion: number,
  ): PartitionFetch | undefined {
    const name = apiVersion < 13 ? topic.topic : this.#topicNames.get(topic.topicId);
    return name === undefined ? undefined : this.#topics.get(name)?.get(partition);
  }

  /** No answer came, or a bad one: the next request closes the session and asks for a new one. */
  fail(): void {
    this.#epoch = initialEpoch;
  }

  #startWithout(): void {
    this.#sessionId = noSession;
    this.#epoch = initialEpoch;
  }

  #knowsAll(topic: FetchableTopicResponse, apiVersion: number): boolean {
    return topic.partitions.every(
      ({ partitionIndex }) => this.asked(topic, partitionIndex, apiVersion) !== undefined,
    );
  }

  #put(fetch: PartitionFetch): void {
    const { topic, partition } = fetch.partition;
    let partitions = this.#topics.get(topic);
    if (partitions === undefined) {
      partitions = new Map();
      this.#topics.set(topic, partitions);
    }
    const before = partitions.get(partition);
    if (before === undefined) this.#size += 1;
    else if (before.topicId === zeroUuid) this.#withoutTopicId -= 1;
    else if (before.topicId !== fetch.topicId) this.#topicNames.delete(before.topicId);
    if (fetch.topicId === zeroUuid) this.#withoutTopicId += 1;
    else this.#topicNames.set(fetch.topicId, topic);
    partitions.set(partition, fetch);
  }

  #remove({ partition: { topic, partition }, topicId }: PartitionFetch): void {
    const partitions = this.#topics.get(topic);
    if (partitions?.delete(partition) !== true) return;
    this.#size -= 1;
    if (topicId === zeroUuid) this.#withoutTopicId -= 1;
    if (partitions.size > 0) return;
    this.#topics.delete(topic);
    this.#topicNames.delete(topicId);
  }

  #request(
    sent: readonly PartitionFetch[],
    forgotten: readonly PartitionFetch[],
    usesTopicIds: boolean,
  ): SessionRequest {
    return {
      sessionId: this.#sessionId,
      sessionEpoch: this.#epoch,
      topics: sent.length === 0 ? noTopics : this.#fetchTopics(sent, usesTopicIds),
      forgottenTopicsData:
        forgotten.length === 0 ? noTopics : forgottenTopics(forgotten, usesTopicIds),
      usesTopicIds,
    };
  }

  #fetchTopics(fetches: readonly PartitionFetch[], usesTopicIds: boolean): readonly FetchTopic[] {
    return byTopic(fetches, usesTopicIds, ({ partition, leaderEpoch, fetchOffset }) => ({
      partition: partition.partition,
      currentLeaderEpoch: leaderEpoch,
      fetchOffset,
      // The consumer asks nobody whether its log has diverged: it validates its position.
      lastFetchedEpoch: -1,
      logStartOffset: -1,
      partitionMaxBytes: this.#maxBytes,
      replicaDirectoryId: zeroUuid,
      highWatermark: -1,
    }));
  }
}

const noFetches: readonly PartitionFetch[] = [];
const noTopics: readonly never[] = [];

function forgottenTopics(
  fetches: readonly PartitionFetch[],
  usesTopicIds: boolean,
): readonly ForgottenTopic[] {
  return byTopic(fetches, usesTopicIds, ({ partition }) => partition.partition);
}

interface TopicGroup<P> {
  readonly topic: string;
  readonly topicId: Uuid;
  readonly partitions: readonly P[];
}

/** Neighbours of one topic go under one heading, as in `FetchRequest.Builder`. */
function byTopic<P>(
  fetches: readonly PartitionFetch[],
  usesTopicIds: boolean,
  describe: (fetch: PartitionFetch) => P,
): readonly TopicGroup<P>[] {
  const groups: TopicGroup<P>[] = [];
  let last: PartitionFetch | undefined;
  let partitions: P[] = [];
  for (const fetch of fetches) {
    const { topic } = fetch.partition;
    const description = describe(fetch);
    if (last?.partition.topic === topic && last.topicId === fetch.topicId) {
      partitions.push(description);
    } else {
      partitions = [description];
      groups.push({
        topic: usesTopicIds ? '' : topic,
        topicId: usesTopicIds ? fetch.topicId : zeroUuid,
        partitions,
      });
    }
    last = fetch;
  }
  return groups;
}

function isSameFetch(one: PartitionFetch, other: PartitionFetch): boolean {
  return (
    one.fetchOffset === other.fetchOffset &&
    one.leaderEpoch === other.leaderEpoch &&
    one.topicId === other.topicId
  );
}

function hasOtherTopicId(before: PartitionFetch, { topicId }: PartitionFetch): boolean {
  return before.topicId !== topicId && before.topicId !== zeroUuid && topicId !== zeroUuid;
}

/** No partition comes twice in an answer. */
function countPartitions(response: FetchResponse): number {
  let count = 0;
  for (const { partitions } of response.responses) count += partitions.length;
  return count;
}

/** 0 and -1 mark requests that are full. */
function nextEpoch(epoch: number): number {
  return epoch === maxEpoch ? 1 : epoch + 1;
}
