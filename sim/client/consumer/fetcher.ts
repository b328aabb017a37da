import { assert } from '../../kernel/assert.ts';
import { Api, newestVersion, type Response } from '../../protocol/api.ts';
import { type FetchRequest } from '../../protocol/messages/fetch-request.ts';
import { type FetchResponse, type PartitionData } from '../../protocol/messages/fetch-response.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { type PartitionName } from '../../trace.ts';
import { type ClusterNode } from '../metadata-snapshot.ts';
import { type LeaderHint } from '../metadata.ts';
import { type TopicPartition, topicPartition } from '../topic-partition.ts';
import { CompletedFetch } from './completed-fetch.ts';
import { type ReaderParts } from './consumer-parts.ts';
import { FetchBuffer } from './fetch-buffer.ts';
import { type Collected, FetchCollector } from './fetch-collector.ts';
import { type PartitionFetch, type SessionRequest } from './fetch-session.ts';
import { type GroupOffset } from './group/group-offset.ts';
import {
  type FetchMetadata,
  type FetchOwner,
  type FetchTarget,
  FetchTargets,
} from './fetch-targets.ts';

/** From this version on a fetch names topics by their ids. */
const topicIdVersion = 13;

/**
 * Keeps one fetch open at every broker that leads a partition to be read and has nothing left in the
 * buffer, and takes in the answers (`Fetcher`, `AbstractFetch`).
 */
export class Fetcher implements FetchMetadata, FetchOwner {
  readonly #parts: ReaderParts;
  readonly #buffer: FetchBuffer;
  readonly #collector: FetchCollector;
  readonly #targets: FetchTargets;
  #received = 0;

  constructor(parts: ReaderParts) {
    const { subscriptions, config, context } = parts;
    this.#parts = parts;
    this.#buffer = new FetchBuffer((partition) => {
      subscriptions.touch(partition);
    });
    this.#collector = new FetchCollector(subscriptions, this.#buffer, config, {
      nowMs: () => context.wallClockMs(),
      requestMetadataUpdate: () => {
        this.requestUpdate();
      },
      record: (fact) => {
        context.record(fact);
      },
    });
    this.#targets = new FetchTargets(
      subscriptions,
      this.#buffer,
      this,
      this,
      config.maxPartitionFetchBytes,
    );
  }

  /** How many answers have ever been taken in: each wakes who waits for fetches, an empty one, too. */
  get received(): number {
    return this.#received;
  }

  /** Whether something waits behind what is being read. */
  get hasQueued(): boolean {
    return this.#buffer.queue.length > 0;
  }

  /** Whether the buffer has anything that a poll could look at. */
  get hasAvailableFetches(): boolean {
    const { subscriptions } = this.#parts;
    return this.#buffer.queue.some(
      ({ partition }) => subscriptions.get(partition)?.isFetchable === true,
    );
  }

  collect(): Collected {
    return this.#collector.collect();
  }

  /** Drops what was fetched of other partitions. */
  retain(partitions: ReadonlySet<PartitionName>): void {
    this.#buffer.retain(partitions);
  }

  /** Of each assigned partition, what follows the last record that was fetched, returned or not. */
  fetchedPositions(): readonly GroupOffset[] {
    return this.#parts.subscriptions.allConsumed().map((consumed) => {
      const { partition, offset } = consumed;
      return { ...consumed, offset: this.#buffer.endOf(partition.name) ?? offset };
    });
  }

  /** @returns How many were sent. */
  sendFetches(): number {
    const { network, subscriptions, context } = this.#parts;
    this.#targets.update(context.wallClockMs());
    let sent = 0;
    for (const target of this.#targets.all()) {
      if (!target.isDrained || network.isUnavailable(target.node)) continue;
      const session = target.request(subscriptions, this);
      const maxVersion = session.usesTopicIds ? newestVersion[Api.fetch] : topicIdVersion - 1;
      target.isPending = true;
      network.send(target.node, Api.fetch, this.#request(session), target, { maxVersion });
      sent += 1;
    }
    return sent;
  }

  /** Ends the sessions at all brokers that can be reached; calls `ended` once for each. @returns How many. */
  closeSessions(ended: () => void): number {
    const { network, metadata } = this.#parts;
    this.#buffer.retain(new Set());
    let closing = 0;
    for (const target of this.#targets.all()) {
      if (!target.hasSession) continue;
      const request = this.#request(target.session.requestClose());
      const node = metadata.snapshot.nodeById(target.node.nodeId);
      if (node === undefined || network.isUnavailable(node)) continue;
      network.send(node, Api.fetch, request, { answered: ended, failed: ended });
      closing += 1;
    }
    return closing;
  }

  fetchAnswered(target: FetchTarget, response: Response): void {
    target.isPending = false;
    if (response.apiKey !== Api.fetch) return;
    const { body, apiVersion } = response;
    if (!target.session.accept(body, apiVersion)) {
      if (body.errorCode === 'FETCH_SESSION_TOPIC_ID_ERROR') this.requestUpdate();
      return;
    }
    this.#received += 1;
    const hints: LeaderHint[] = [];
    for (const topic of body.responses) {
      for (const data of topic.partitions) {
        const asked = target.session.asked(topic, data.partitionIndex, apiVersion);
        assert(asked !== undefined, 'an accepted answer is about what was asked');
        this.#takeIn(target, asked, data);
        if (!namesLeader(data)) continue;
        const { topic: name, partition } = asked.partition;
        hints.push({ topic: name, partition, ...data.currentLeader });
      }
    }
    if (hints.length > 0) this.#follow(hints, body);
  }

  fetchFailed(target: FetchTarget): void {
    target.isPending = false;
    target.session.fail();
    const { subscriptions } = this.#parts;
    for (const { name } of target.session.partitions()) {
      subscriptions.get(name)?.clearPreferredReplica();
    }
  }

  topicId(topic: string): string {
    return this.#parts.metadata.snapshot.topicId(topic) ?? zeroUuid;
  }

  onlineReplica({ topic, partition }: TopicPartition, brokerId: number): ClusterNode | undefined {
    const { snapshot } = this.#parts.metadata;
    const metadata = snapshot.partition(topic, partition)?.metadata;
    if (metadata?.offlineReplicas.includes(brokerId) !== false) return undefined;
    return metadata.replicas.includes(brokerId) ? snapshot.nodeById(brokerId) : undefined;
  }

  requestUpdate(): void {
    this.#parts.metadata.requestUpdate();
  }

  #takeIn(
    { node }: FetchTarget,
    { partition, fetchOffset }: PartitionFetch,
    data: PartitionData,
  ): void {
    const { config, context } = this.#parts;
    this.#buffer.add(new CompletedFetch(partition.name, data, fetchOffset, config));
    const batches = data.records ?? [];
    if (data.errorCode === 'NONE' && batches.length === 0) return;
    context.record({
      kind: 'fetchReceived',
      partition: partition.name,
      from: node.nodeId,
      fetchOffset,
      error: data.errorCode,
      highWatermark: data.highWatermark,
      lastStableOffset: data.lastStableOffset,
      logStartOffset: data.logStartOffset,
      batches,
    });
  }

  /** Moves to the leaders that the answer names; their logs are to be compared first (KIP-951). */
  #follow(hints: readonly LeaderHint[], { nodeEndpoints }: FetchResponse): void {
    const { metadata, subscriptions } = this.#parts;
    for (const { topic, partition } of metadata.updatePartitionLeadership(hints, nodeEndpoints)) {
      const { name } = topicPartition(topic, partition);
      subscriptions.get(name)?.validateFor(metadata.currentLeader(topic, partition));
    }
  }

  #request(session: SessionRequest): FetchRequest {
    const { config } = this.#parts;
    return {
      clusterId: null,
      replicaId: -1,
      replicaState: { replicaId: -1, replicaEpoch: -1 },
      maxWaitMs: config.fetchMaxWaitMs,
      minBytes: config.fetchMinBytes,
      maxBytes: config.fetchMaxBytes,
      isolationLevel: config.isolationLevel === 'read_committed' ? 1 : 0,
      sessionId: session.sessionId,
      sessionEpoch: session.sessionEpoch,
      topics: session.topics,
      forgottenTopicsData: session.forgottenTopicsData,
      rackId: config.clientRack,
    };
  }
}

function namesLeader({ errorCode, currentLeader }: PartitionData): boolean {
  if (errorCode !== 'NOT_LEADER_OR_FOLLOWER' && errorCode !== 'FENCED_LEADER_EPOCH') return false;
  return currentLeader.leaderId >= 0 && currentLeader.leaderEpoch >= 0;
}
