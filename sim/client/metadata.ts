import { assert } from '../kernel/assert.ts';
import { type Random } from '../kernel/random.ts';
import { type ClientConfig } from '../protocol/config/client-config.ts';
import { errorProperties } from '../protocol/errors.ts';
import {
  type MetadataResponse,
  type MetadataResponsePartition,
  type MetadataResponseTopic,
} from '../protocol/messages/metadata-response.ts';
import { type MetadataRequest } from '../protocol/messages/metadata-request.ts';
import { type Uuid, zeroUuid } from '../protocol/uuid.ts';
import { clientBackoff, ExponentialBackoff } from './exponential-backoff.ts';
import { LeaderEpochs } from './leader-epochs.ts';
import {
  type ClusterNode,
  emptySnapshot,
  MetadataSnapshot,
  type PartitionMetadata,
  type PartitionView,
} from './metadata-snapshot.ts';
import { mergeSnapshots } from './merge-snapshots.ts';

/** Which topics a client wants to know of: what `ProducerMetadata` and `ConsumerMetadata` add. */
export interface MetadataInterest {
  /** Names for a full update; null asks for all topics. */
  readonly topics: () => readonly string[] | null;
  /** Ids to ask for instead; null: it is asked by names. */
  readonly topicIds?: () => readonly Uuid[] | null;
  /** Names for a partial update, for those that are new; null if such updates are not made. */
  readonly newTopics: () => readonly string[] | null;
  readonly allowAutoTopicCreation: boolean;
  /** Whether to remember what an answer says of a topic. */
  readonly retains: (topic: string, isInternal: boolean, nowMs: number, topicId?: Uuid) => boolean;
}

/** Hears of each answer, after it has been taken in, and of the end. */
export interface MetadataListener {
  readonly metadataUpdated: (response: MetadataResponse) => void;
  readonly metadataClosed: () => void;
}

/** Times in milliseconds. */
export interface MetadataOptions {
  readonly config: Pick<ClientConfig, 'retryBackoffMs' | 'retryBackoffMaxMs' | 'metadataMaxAgeMs'>;
  /** For the jitter of the backoff. */
  readonly random: Random;
  readonly interest: MetadataInterest;
  /** 4.3.1 throws when it is told that no topic has an id that it has asked for. */
  readonly takesUnknownTopicIds?: boolean;
}

/** A metadata request that is to be sent, and what is needed to take in its answer. */
export interface MetadataQuery {
  readonly request: MetadataRequest;
  /** Which new topics it knows of, see `Metadata.update`. */
  readonly requestVersion: number;
  /** It asks for new topics only: what it does not ask for stays as it is. */
  readonly isPartialUpdate: boolean;
}

/** A leader that an answer to a Produce or Fetch has told (KIP-951). */
export interface LeaderHint {
  readonly topic: string;
  readonly partition: number;
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

/** Who leads a partition; both -1 where it is not known. */
export interface KnownLeader {
  readonly leader: ClusterNode | undefined;
  readonly leaderEpoch: number;
}

/** What a topic's metadata said that no retry mends: `InvalidTopicException` and its like. */
export type TopicFault = 'INVALID_TOPIC_EXCEPTION' | 'TOPIC_AUTHORIZATION_FAILED';

/**
 * What one client knows of the cluster, and when it has to ask again (`Metadata`).
 *
 * A client asks for updates with `requestUpdate…`; its `NetworkClient` sends the request as soon as the
 * backoff allows and gives the answer to `update`. Nothing here waits: who waits for an update compares
 * `updateVersion` when its `MetadataListener` is called. Times are the client's wall clock.
 */
export class Metadata {
  /** Grows with each answer, and with each (re)bootstrap. */
  updateVersion = 0;
  /** How often the bootstrap servers took the place of nothing but themselves. */
  vainRebootstraps = 0;
  snapshot: MetadataSnapshot = emptySnapshot;
  isClosed = false;
  readonly leaderEpochs = new LeaderEpochs();
  readonly #interest: MetadataInterest;
  readonly #backoff: ExponentialBackoff;
  readonly #takesUnknownTopicIds: boolean;
  readonly #maxBackoffMs: number;
  readonly #maxAgeMs: number;
  readonly #listeners: MetadataListener[] = [];
  #knowsOnlyBootstrap = false;
  #bootstrapAddresses: readonly { host: string; port: number }[] = [];
  #requestVersion = 0;
  #lastRefreshMs = 0;
  #lastSuccessfulRefreshMs = 0;
  #failedAttempts = 0;
  #equivalentResponses = 0;
  #needsFullUpdate = false;
  #needsPartialUpdate = false;
  readonly #topicFaults = new Map<string, TopicFault>();

  constructor(options: MetadataOptions) {
    const { config, interest, random, takesUnknownTopicIds = false } = options;
    const { retryBackoffMs: initialMs, retryBackoffMaxMs: maxMs, metadataMaxAgeMs } = config;
    this.#interest = interest;
    this.#takesUnknownTopicIds = takesUnknownTopicIds;
    this.#maxAgeMs = metadataMaxAgeMs;
    this.#maxBackoffMs = Math.max(initialMs, maxMs);
    this.#backoff = new ExponentialBackoff({ initialMs, maxMs, ...clientBackoff }, random);
  }

  addListener(listener: MetadataListener): void {
    this.#listeners.push(listener);
  }

  bootstrap(addresses: readonly { host: string; port: number }[]): void {
    this.#needsFullUpdate = true;
    this.updateVersion += 1;
    this.snapshot = MetadataSnapshot.bootstrap(addresses);
    this.#bootstrapAddresses = addresses;
    this.#knowsOnlyBootstrap = true;
  }

  /** Forgets the cluster and begins again with the bootstrap servers (KIP-899). */
  rebootstrap(): void {
    if (this.#knowsOnlyBootstrap) this.vainRebootstraps += 1;
    this.bootstrap(this.#bootstrapAddresses);
  }

  /** Milliseconds until the next update may be sent and is needed; 0 if it is due. */
  timeToNextUpdate(nowMs: number): number {
    const age = this.#lastSuccessfulRefreshMs + this.#maxAgeMs - nowMs;
    const toExpire = this.isUpdateRequested ? 0 : Math.max(age, 0);
    // No backoff is longer, so that there is nothing to draw.
    if (toExpire > this.#maxBackoffMs && this.#lastRefreshMs <= nowMs) return toExpire;
    return Math.max(toExpire, this.#timeToAllowUpdate(nowMs));
  }

  get isUpdateRequested(): boolean {
    return this.#needsFullUpdate || this.#needsPartialUpdate;
  }

  /** Returns the version that an update will exceed. */
  requestUpdate(resetEquivalentResponseBackoff = false): number {
    this.#needsFullUpdate = true;
    if (resetEquivalentResponseBackoff) this.#equivalentResponses = 0;
    return this.updateVersion;
  }

  /** The same for topics that are new: it may be sent at once, whatever the backoff. */
  requestUpdateForNewTopics(): number {
    this.#lastRefreshMs = 0;
    this.#needsPartialUpdate = true;
    this.#equivalentResponses = 0;
    this.#requestVersion += 1;
    return this.updateVersion;
  }

  /** A response has named a leader epoch: if it is newer than the known one, the metadata is old. */
  updateLastSeenEpochIfNewer(topic: string, partition: number, leaderEpoch: number): boolean {
    assert(leaderEpoch >= 0, 'a leader epoch that was seen');
    const known = this.leaderEpochs.get(topic, partition);
    if (known === undefined || leaderEpoch <= known) return false;
    this.leaderEpochs.set(topic, partition, leaderEpoch);
    this.#needsFullUpdate = true;
    return true;
  }

  /** The partition, unless a newer leader epoch than that of its metadata was seen. */
  partitionIfCurrent(topic: string, partition: number): PartitionView | undefined {
    const view = this.snapshot.partition(topic, partition);
    const seen = this.leaderEpochs.get(topic, partition);
    if (seen !== undefined && view?.metadata.leaderEpoch !== seen) return undefined;
    return view;
  }

  currentLeader(topic: string, partition: number): KnownLeader {
    const view = this.partitionIfCurrent(topic, partition);
    if (view !== undefined) {
      return { leader: view.leader, leaderEpoch: view.metadata.leaderEpoch };
    }
    return { leader: undefined, leaderEpoch: this.leaderEpochs.get(topic, partition) ?? -1 };
  }

  /** Whether the backoff allows an update now. */
  mayUpdate(nowMs: number): boolean {
    return this.#timeToAllowUpdate(nowMs) === 0;
  }

  /** The request for what is to be updated now. */
  query(nowMs: number): MetadataQuery {
    const isFresh = this.#lastSuccessfulRefreshMs + this.#maxAgeMs > nowMs;
    const newTopics = !this.#needsFullUpdate && isFresh ? this.#interest.newTopics() : null;
    const request = {
      topics: newTopics === null ? this.#allTopics() : namedTopics(newTopics),
      allowAutoTopicCreation: this.#interest.allowAutoTopicCreation,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    };
    return {
      request,
      requestVersion: this.#requestVersion,
      isPartialUpdate: newTopics !== null,
    };
  }

  #allTopics(): MetadataRequest['topics'] {
    const ids = this.#interest.topicIds?.() ?? null;
    if (ids !== null) return ids.map((topicId) => ({ topicId, name: '' }));
    const names = this.#interest.topics();
    return names === null ? null : namedTopics(names);
  }

  /** Whether the answer is one to throw for: `MetadataResponse.errors` wants each topic to have a name. */
  throwsFor({ topics }: MetadataResponse): boolean {
    return !this.#takesUnknownTopicIds && topics.some(({ name }) => name === null);
  }

  /** Takes in the answer to a query. */
  update(query: MetadataQuery, response: MetadataResponse, nowMs: number): void {
    assert(!this.isClosed, 'metadata is updated before it is closed');
    this.#needsPartialUpdate = query.requestVersion < this.#requestVersion;
    this.#lastRefreshMs = nowMs;
    this.#failedAttempts = 0;
    this.#knowsOnlyBootstrap = false;
    this.updateVersion += 1;
    if (!query.isPartialUpdate) {
      this.#needsFullUpdate = false;
      this.#lastSuccessfulRefreshMs = nowMs;
    }
    // Set to 0 again below if the answer says anything new.
    this.#equivalentResponses += 1;
    this.snapshot = this.#snapshotOf(response, query.isPartialUpdate, nowMs);
    this.#noteTopicFaults();
    this.leaderEpochs.retain((topic) => this.#interest.retains(topic, false, nowMs));
    for (const listener of this.#listeners) listener.metadataUpdated(response);
  }

  /** No answer came, or none that was of use. */
  failedUpdate(nowMs: number): void {
    this.#lastRefreshMs = nowMs;
    this.#failedAttempts += 1;
    this.#equivalentResponses = 0;
  }

  /**
   * Takes in leaders that a response has named: those that are newer than the known ones and whose
   * address is known (KIP-951). Returns the partitions that have changed.
   */
  updatePartitionLeadership(
    hints: readonly LeaderHint[],
    nodes: readonly ClusterNode[],
  ): readonly LeaderHint[] {
    const told = new Set(nodes.map(({ nodeId }) => nodeId));
    const allNodes = [...nodes, ...this.snapshot.nodes.filter(({ nodeId }) => !told.has(nodeId))];
    const nodeIds = new Set(allNodes.map(({ nodeId }) => nodeId));
    const taken: LeaderHint[] = [];
    const partitions: PartitionMetadata[] = [];
    for (const hint of hints) {
      const { topic, partition, leaderId, leaderEpoch } = hint;
      const known = this.snapshot.partition(topic, partition);
      if (known === undefined || !nodeIds.has(leaderId) || !this.#isNewer(hint)) continue;
      taken.push(hint);
      partitions.push({ ...known.metadata, leaderId, leaderEpoch });
      this.leaderEpochs.set(topic, partition, leaderEpoch);
    }
    if (taken.length === 0) return [];
    this.snapshot = mergeSnapshots(this.snapshot, {
      ...this.snapshot.content,
      nodes: allNodes,
      partitions,
      retains: () => true,
    });
    return taken;
  }

  /** What is wrong with the topic for good, as the latest answer said; told once. */
  takeTopicFault(topic: string): TopicFault | undefined {
    const fault = this.#topicFaults.get(topic);
    this.#topicFaults.clear();
    return fault;
  }

  /** The same for any topic: those without authorization first. */
  takeAnyTopicFault():
    { readonly topics: readonly string[]; readonly fault: TopicFault } | undefined {
    const faults = [...this.#topicFaults];
    this.#topicFaults.clear();
    for (const fault of ['TOPIC_AUTHORIZATION_FAILED', 'INVALID_TOPIC_EXCEPTION'] as const) {
      const topics = faults.filter(([, had]) => had === fault).map(([topic]) => topic);
      if (topics.length > 0) return { topics, fault };
    }
    return undefined;
  }

  close(): void {
    this.isClosed = true;
    for (const listener of this.#listeners) listener.metadataClosed();
  }

  #timeToAllowUpdate(nowMs: number): number {
    const sinceRefresh = this.#lastRefreshMs - nowMs;
    const afterFailures = this.#backoff.next(Math.max(this.#failedAttempts - 1, 0));
    if (this.#lastSuccessfulRefreshMs + this.#maxAgeMs <= nowMs) this.#equivalentResponses = 0;
    const equivalent = this.#equivalentResponses;
    const afterEquivalent = equivalent > 0 ? this.#backoff.next(equivalent - 1) : 0;
    return Math.max(sinceRefresh + Math.max(afterFailures, afterEquivalent), 0);
  }

  #isNewer({ topic, partition, leaderId, leaderEpoch }: LeaderHint): boolean {
    if (leaderId < 0 || leaderEpoch < 0) return false;
    return leaderEpoch > this.currentLeader(topic, partition).leaderEpoch;
  }

  #noteTopicFaults(): void {
    this.#topicFaults.clear();
    const { invalidTopics, unauthorizedTopics } = this.snapshot.content;
    for (const topic of invalidTopics) this.#topicFaults.set(topic, 'INVALID_TOPIC_EXCEPTION');
    for (const topic of unauthorizedTopics) {
      this.#topicFaults.set(topic, 'TOPIC_AUTHORIZATION_FAILED');
    }
  }

  #snapshotOf(
    response: MetadataResponse,
    isPartialUpdate: boolean,
    nowMs: number,
  ): MetadataSnapshot {
    const named = new Set<string>();
    const topicIds = new Map<string, Uuid>();
    const internalTopics = new Set<string>();
    const invalidTopics = new Set<string>();
    const unauthorizedTopics = new Set<string>();
    const partitions: PartitionMetadata[] = [];
    for (const topic of response.topics) {
      const name = topic.name ?? '';
      named.add(name);
      const topicId = topic.topicId === zeroUuid ? undefined : topic.topicId;
      if (topicId !== undefined && topic.name !== null) topicIds.set(name, topicId);
      if (!this.#interest.retains(name, topic.isInternal, nowMs, topicId)) continue;
      if (topic.isInternal) internalTopics.add(name);
      if (topic.errorCode === 'NONE') this.#addPartitions(name, topic, partitions);
      else if (topic.errorCode === 'INVALID_TOPIC_EXCEPTION') invalidTopics.add(name);
      else if (topic.errorCode === 'TOPIC_AUTHORIZATION_FAILED') unauthorizedTopics.add(name);
      if (errorProperties(topic.errorCode).refreshesMetadata) this.requestUpdate();
    }
    const content = {
      clusterId: response.clusterId,
      nodes: response.brokers,
      partitions,
      unauthorizedTopics,
      invalidTopics,
      internalTopics,
      controllerId: response.controllerId,
      topicIds,
    };
    if (!isPartialUpdate) return new MetadataSnapshot(content);
    const retains = (topic: string, isInternal: boolean): boolean =>
      !named.has(topic) && this.#interest.retains(topic, isInternal, nowMs);
    return mergeSnapshots(this.snapshot, { ...content, retains });
  }

  #addPartitions(topic: string, answer: MetadataResponseTopic, into: PartitionMetadata[]): void {
    const topicId = answer.topicId === zeroUuid ? undefined : answer.topicId;
    const isOtherTopic = topicId !== undefined && topicId !== this.snapshot.topicId(topic);
    for (const partition of answer.partitions) {
      const latest = this.#latestOf(topic, partition, isOtherTopic);
      if (latest !== undefined) into.push(latest);
      if (errorProperties(partition.errorCode).refreshesMetadata) this.requestUpdate();
    }
  }

  /** What was known of the partition stays if its leader epoch is newer, and the topic the same. */
  #latestOf(
    topic: string,
    answer: MetadataResponsePartition,
    isOtherTopic: boolean,
  ): PartitionMetadata | undefined {
    const { partitionIndex: partition, leaderEpoch } = answer;
    const seen = this.leaderEpochs.get(topic, partition);
    if (leaderEpoch < 0) {
      this.leaderEpochs.delete(topic, partition);
      this.#equivalentResponses = 0;
    } else if (seen !== undefined && !isOtherTopic && leaderEpoch < seen) {
      return this.snapshot.partition(topic, partition)?.metadata;
    } else {
      this.leaderEpochs.set(topic, partition, leaderEpoch);
      if (seen === undefined || isOtherTopic || leaderEpoch > seen) this.#equivalentResponses = 0;
    }
    return {
      topic,
      partition,
      error: answer.errorCode,
      leaderId: answer.leaderId,
      leaderEpoch,
      replicas: answer.replicaNodes,
      isr: answer.isrNodes,
      offlineReplicas: answer.offlineReplicas,
    };
  }
}

function namedTopics(names: readonly string[]): MetadataRequest['topics'] {
  return names.map((name) => ({ topicId: zeroUuid, name }));
}
