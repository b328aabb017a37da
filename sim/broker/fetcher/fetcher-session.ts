import { type Instant } from '../../kernel/time.ts';
import {
  type FetchPartition,
  type FetchTopic,
  type ForgottenTopic,
} from '../../protocol/messages/fetch-request.ts';
import { type FetchResponse } from '../../protocol/messages/fetch-response.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { type Partition } from '../replica/partition.ts';
import { type FetchState } from './fetch-state.ts';

/** A partition as it was last asked for. */
export interface AskedPartition {
  readonly partition: Partition;
  fetchOffset: Offset;
  leaderEpoch: number;
  lastFetchedEpoch: number;
  logStartOffset: Offset;
  /** The last request for which the fetcher wanted it. */
  round: number;
}

/** What the session adds to a fetch request. */
export interface SessionRequest {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly topics: readonly FetchTopic[];
  readonly forgottenTopicsData: readonly ForgottenTopic[];
}

const noSession = 0;
const initialEpoch = 0;
const largestEpoch = 2_147_483_647;
const noTopics: readonly FetchTopic[] = [];
const nothingForgotten: readonly ForgottenTopic[] = [];
/** A follower does not tell its high watermark (only observers of the quorum do). */
const untoldHighWatermark = Number.MAX_SAFE_INTEGER;

/** A fetcher's side of its fetch session: only what has changed is sent (KIP-227, `FetchSessionHandler`). */
export class FetcherSession {
  readonly #maxBytes: number;
  readonly #asked = new Map<string, (AskedPartition | undefined)[]>();
  #size = 0;
  #sessionId = noSession;
  #epoch = initialEpoch;
  #round = 0;

  /** `maxBytes` of one partition. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What was asked of that partition in the request that is being answered. */
  asked(topicId: string, index: number): AskedPartition | undefined {
    return this.#asked.get(topicId)?.[index];
  }

  /** Null if there is nothing to ask for, nor to be forgotten. */
  build(states: Iterable<FetchState>, now: Instant): SessionRequest | null {
    this.#round += 1;
    const isFull = this.#epoch === initialEpoch;
    if (isFull) this.#forgetAll();
    const topics: GrowingTopic[] = [];
    let wanted = 0;
    for (const state of states) {
      if (!state.isReady(now)) continue;
      wanted += 1;
      this.#want(state, topics);
    }
    const forgottenTopicsData = wanted < this.#size ? this.#forgetUnwanted() : nothingForgotten;
    if (wanted === 0 && forgottenTopicsData.length === 0) return null;
    return {
      sessionId: this.#sessionId,
      sessionEpoch: this.#epoch,
      topics: topics.length === 0 ? noTopics : topics,
      forgottenTopicsData,
    };
  }

  /** @returns Whether the answer can be used; if not, the next request is a full one. */
  handle(response: FetchResponse): boolean {
    if (response.errorCode !== 'NONE') {
      const isUnknown = response.errorCode === 'FETCH_SESSION_ID_NOT_FOUND';
      if (isUnknown) this.#sessionId = noSession;
      this.#epoch = initialEpoch;
      return false;
    }
    this.#sessionId = response.sessionId;
    if (response.sessionId === noSession) this.#epoch = initialEpoch;
    else this.#epoch = this.#epoch === largestEpoch ? 1 : this.#epoch + 1;
    return true;
  }

  /** The request has failed: the next one closes the session, if there is one, and asks for another. */
  failed(): void {
    this.#epoch = initialEpoch;
  }

  #want(state: FetchState, topics: GrowingTopic[]): void {
    const { partition, fetchOffset, leaderEpoch, lastFetchedEpoch } = state;
    const logStartOffset = partition.log?.logStartOffset ?? -1;
    const known = this.#asked.get(partition.topicId)?.[partition.index];
    if (known === undefined) {
      const round = this.#round;
      this.#add({ partition, fetchOffset, leaderEpoch, lastFetchedEpoch, logStartOffset, round });
    } else {
      known.round = this.#round;
      const isUnchanged =
        known.fetchOffset === fetchOffset &&
        known.leaderEpoch === leaderEpoch &&
        known.lastFetchedEpoch === lastFetchedEpoch &&
        known.logStartOffset === logStartOffset;
      if (isUnchanged) return;
      known.fetchOffset = fetchOffset;
      known.leaderEpoch = leaderEpoch;
      known.lastFetchedEpoch = lastFetchedEpoch;
      known.logStartOffset = logStartOffset;
    }
    addToTopics(topics, partition, {
      partition: partition.index,
      currentLeaderEpoch: leaderEpoch,
      fetchOffset,
      lastFetchedEpoch,
      logStartOffset,
      partitionMaxBytes: this.#maxBytes,
      replicaDirectoryId: zeroUuid,
      highWatermark: untoldHighWatermark,
    });
  }

  #add(asked: AskedPartition): void {
    const { topicId, index } = asked.partition;
    let partitions = this.#asked.get(topicId);
    if (partitions === undefined) {
      partitions = [];
      this.#asked.set(topicId, partitions);
    }
    partitions[index] = asked;
    this.#size += 1;
  }

  #forgetAll(): void {
    this.#asked.clear();
    this.#size = 0;
  }

  #forgetUnwanted(): ForgottenTopic[] {
    const forgotten: ForgottenTopic[] = [];
    for (const [topicId, partitions] of this.#asked) {
      const gone: number[] = [];
      let topic = '';
      for (const [index, asked] of partitions.entries()) {
        if (asked === undefined || asked.round === this.#round) continue;
        topic = asked.partition.topic;
        gone.push(index);
        partitions[index] = undefined;
      }
      if (gone.length > 0) forgotten.push({ topic, topicId, partitions: gone });
      this.#size -= gone.length;
    }
    return forgotten;
  }
}

interface GrowingTopic extends FetchTopic {
  readonly partitions: FetchPartition[];
}

/** Neighbours of one topic share an entry. */
function addToTopics(
  topics: GrowingTopic[],
  { topic, topicId }: Partition,
  asked: FetchPartition,
): void {
  const last = topics.at(-1);
  if (last?.topicId === topicId) last.partitions.push(asked);
  else topics.push({ topic, topicId, partitions: [asked] });
}
