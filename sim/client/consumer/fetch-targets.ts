import { assert } from '../../kernel/assert.ts';
import { type Response } from '../../protocol/api.ts';
import { type Uuid } from '../../protocol/uuid.ts';
import { type ClusterNode } from '../metadata-snapshot.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { type AssignedPartition, noReplica } from './assigned-partition.ts';
import { type ReplyHandler } from './request-sender.ts';
import { type FetchBuffer } from './fetch-buffer.ts';
import { FetchSession, type PartitionFetch, type SessionRequest } from './fetch-session.ts';
import { type SubscriptionState } from './subscription-state.ts';

/** What the choice of a replica needs of the client's metadata. */
export interface FetchMetadata {
  /** `zeroUuid` if it is not known. */
  readonly topicId: (topic: string) => Uuid;
  /** The broker, if it is known and its replica of the partition is not offline. */
  readonly onlineReplica: (partition: TopicPartition, brokerId: number) => ClusterNode | undefined;
  readonly requestUpdate: () => void;
}

/** Who hears what has become of a fetch. */
export interface FetchOwner {
  readonly fetchAnswered: (target: FetchTarget, response: Response) => void;
  readonly fetchFailed: (target: FetchTarget) => void;
}

/** One broker, and what is fetched from it next. */
export class FetchTarget implements ReplyHandler {
  /** With the address that was heard of last. */
  node: ClusterNode;
  readonly session: FetchSession;
  /** A fetch is under way. */
  isPending = false;
  /** Whether it has ever been asked. */
  hasSession = false;
  readonly #wanted = new Set<AssignedPartition>();
  readonly #buffered = new Set<AssignedPartition>();
  /** Whose fetch may have changed since the last request. */
  readonly #changed = new Set<AssignedPartition>();
  readonly #owner: FetchOwner;

  constructor(node: ClusterNode, session: FetchSession, owner: FetchOwner) {
    this.node = node;
    this.session = session;
    this.#owner = owner;
  }

  /**
   * Whether it is to be asked now. Not while records of it wait to be returned: their partitions would
   * not be in the request, and the broker would forget them (KAFKA-17182).
   */
  get isDrained(): boolean {
    return !this.isPending && this.#buffered.size === 0 && this.#wanted.size > 0;
  }

  answered(response: Response): void {
    this.#owner.fetchAnswered(this, response);
  }

  failed(): void {
    this.#owner.fetchFailed(this);
  }

  put(partition: AssignedPartition, isBuffered: boolean): void {
    (isBuffered ? this.#wanted : this.#buffered).delete(partition);
    (isBuffered ? this.#buffered : this.#wanted).add(partition);
    this.#changed.add(partition);
  }

  remove(partition: AssignedPartition): void {
    this.#wanted.delete(partition);
    this.#buffered.delete(partition);
    this.#changed.add(partition);
  }

  /** The next request, for all that is wanted. */
  request(subscriptions: SubscriptionState, metadata: FetchMetadata): SessionRequest {
    this.hasSession = true;
    if (this.session.isFull) {
      this.#changed.clear();
      const fetches: PartitionFetch[] = [];
      for (const partition of subscriptions.partitions()) {
        if (this.#wanted.has(partition)) fetches.push(partitionFetch(partition, metadata));
      }
      return this.session.requestAll(fetches);
    }
    if (this.#changed.size === 0) return this.session.requestChanges([], []);
    const wanted: PartitionFetch[] = [];
    const unwanted: TopicPartition[] = [];
    for (const partition of this.#changed) {
      // It may have been taken away and given back: then another object stands for it now.
      const current = subscriptions.get(partition.name) ?? partition;
      if (!this.#wanted.has(current)) unwanted.push(partition);
      else if (current === partition) wanted.push(partitionFetch(partition, metadata));
    }
    this.#changed.clear();
    return this.session.requestChanges(wanted, unwanted);
  }
}

/**
 * Knows from which broker each partition is to be fetched (`AbstractFetch.prepareFetchRequests`), and
 * looks again only at the partitions that have changed.
 */
export class FetchTargets {
  readonly #subscriptions: SubscriptionState;
  readonly #buffer: FetchBuffer;
  readonly #metadata: FetchMetadata;
  readonly #maxBytes: number;
  readonly #owner: FetchOwner;
  readonly #targets = new Map<number, FetchTarget>();
  readonly #targetOf = new Map<AssignedPartition, FetchTarget>();
  /** Time or metadata may change their target while they stay as they are. */
  readonly #unsettled = new Set<AssignedPartition>();

  /** `maxBytes`: `max.partition.fetch.bytes`. */
  constructor(
    subscriptions: SubscriptionState,
    buffer: FetchBuffer,
    metadata: FetchMetadata,
    owner: FetchOwner,
    maxBytes: number,
  ) {
    this.#subscriptions = subscriptions;
    this.#buffer = buffer;
    this.#metadata = metadata;
    this.#owner = owner;
    this.#maxBytes = maxBytes;
  }

  /** In the order in which they were first needed. */
  all(): Iterable<FetchTarget> {
    return this.#targets.values();
  }

  /** Takes account of everything that has changed since the last call. */
  update(nowMs: number): void {
    for (const partition of this.#subscriptions.takeTouched()) this.#place(partition, nowMs);
    for (const partition of this.#unsettled) this.#settle(partition, nowMs);
  }

  #place(partition: AssignedPartition, nowMs: number): void {
    const before = this.#targetOf.get(partition);
    const target = this.#choose(partition, nowMs);
    if (before !== target) before?.remove(partition);
    if (target === undefined) this.#targetOf.delete(partition);
    else {
      this.#targetOf.set(partition, target);
      target.put(partition, this.#buffer.has(partition.name));
    }
  }

  /** Looks again at a partition that may have to go elsewhere. */
  #settle(partition: AssignedPartition, nowMs: number): void {
    if (this.#choose(partition, nowMs) !== this.#targetOf.get(partition)) {
      this.#place(partition, nowMs);
    }
  }

  #choose(partition: AssignedPartition, nowMs: number): FetchTarget | undefined {
    const isWanted = partition.isFetchable && this.#subscriptions.isSubscribed(partition);
    if (!isWanted || partition.position === null) {
      this.#unsettled.delete(partition);
      return undefined;
    }
    const { leader } = partition.position.currentLeader;
    if (leader === undefined) {
      this.#unsettled.add(partition);
      this.#metadata.requestUpdate();
      return undefined;
    }
    const preferred = partition.preferredReplica(nowMs);
    if (preferred === noReplica) {
      this.#unsettled.delete(partition);
      return this.#target(leader);
    }
    this.#unsettled.add(partition);
    const replica = this.#metadata.onlineReplica(partition, preferred);
    if (replica !== undefined) return this.#target(replica);
    this.#metadata.requestUpdate();
    partition.clearPreferredReplica();
    return this.#target(leader);
  }

  #target(node: ClusterNode): FetchTarget {
    const known = this.#targets.get(node.nodeId);
    if (known !== undefined) {
      known.node = node;
      return known;
    }
    const target = new FetchTarget(node, new FetchSession(this.#maxBytes), this.#owner);
    this.#targets.set(node.nodeId, target);
    return target;
  }
}

function partitionFetch(partition: AssignedPartition, metadata: FetchMetadata): PartitionFetch {
  const { position } = partition;
  assert(position !== null, 'what is fetched has a position');
  return {
    partition,
    topicId: metadata.topicId(partition.topic),
    fetchOffset: position.offset,
    leaderEpoch: position.currentLeader.leaderEpoch,
  };
}
