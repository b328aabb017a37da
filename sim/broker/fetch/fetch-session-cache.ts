import { assert } from '../../kernel/assert.ts';
import { type Random } from '../../kernel/random.ts';
import { type SessionPartitions } from './fetched-partition.ts';

/** No session: of a request or an answer outside any. */
export const noSessionId = 0;

/** Session epoch of a request that wants a new session. */
export const initialSessionEpoch = 0;

/** Session epoch of a request that wants none. */
export const finalSessionEpoch = -1;

const largestInt = 2_147_483_647;
const shardCount = 8;
const evictionMs = 120_000;

/** The epoch of the request after one of this epoch: from 1 on, and after the largest 1 again. */
export function nextSessionEpoch(epoch: number): number {
  if (epoch < 0) return finalSessionEpoch;
  return epoch === largestInt ? 1 : epoch + 1;
}

/** What a reader is asking for, request after request, and what it was told last (KIP-227). */
export class FetchSession {
  readonly id: number;
  /** A follower's, which may take the place of a consumer's. */
  readonly isPrivileged: boolean;
  readonly usesTopicIds: boolean;
  readonly partitions: SessionPartitions;
  readonly createdMs: number;
  lastUsedMs: number;
  /** Expected of the next request. */
  epoch = nextSessionEpoch(initialSessionEpoch);

  constructor(
    id: number,
    partitions: SessionPartitions,
    nowMs: number,
    kind: { readonly isPrivileged: boolean; readonly usesTopicIds: boolean },
  ) {
    this.id = id;
    this.partitions = partitions;
    this.createdMs = nowMs;
    this.lastUsedMs = nowMs;
    this.isPrivileged = kind.isPrivileged;
    this.usesTopicIds = kind.usesTopicIds;
  }
}

/**
 * The fetch sessions of a broker, in eight shards of equal size. A full shard gives a place away
 * - of the session unused for longest, if that was two minutes ago or more, else
 * - of the least valuable one that is old enough, or a consumer's if a follower asks, unless it is worth
 *   more than the new one: followers' are, then those with more partitions.
 *
 * Sessions are looked through only when a shard is full: Kafka's sorted maps would have to be kept in
 * order at every fetch (`FetchSessionCacheShard`).
 */
export class FetchSessionCache {
  readonly #shards: readonly Map<number, FetchSession>[];
  readonly #slotsPerShard: number;
  readonly #random: Random;
  #turn = 0;

  constructor(slots: number, random: Random) {
    this.#slotsPerShard = Math.trunc(slots / shardCount);
    this.#random = random;
    this.#shards = Array.from({ length: shardCount }, () => new Map<number, FetchSession>());
  }

  get(id: number): FetchSession | undefined {
    return this.#shards[shardOf(id)]?.get(id);
  }

  remove(id: number): void {
    this.#shards[shardOf(id)]?.delete(id);
  }

  /** A new session for these partitions, in the next shard in turn; undefined if it has no place. */
  create(
    partitions: SessionPartitions,
    nowMs: number,
    kind: { readonly isPrivileged: boolean; readonly usesTopicIds: boolean },
  ): FetchSession | undefined {
    const number = this.#turn;
    this.#turn = (this.#turn + 1) % shardCount;
    const shard = this.#shards[number];
    assert(shard !== undefined, 'a shard for each turn');
    const hasRoom = shard.size < this.#slotsPerShard;
    if (!hasRoom && !evict(shard, partitions.size, nowMs, kind.isPrivileged)) return undefined;
    const session = new FetchSession(this.#newId(shard, number), partitions, nowMs, kind);
    shard.set(session.id, session);
    return session;
  }

  #newId(shard: ReadonlyMap<number, FetchSession>, number: number): number {
    const first = Math.max(1, number * idsPerShard);
    let id = this.#random.between(first, (number + 1) * idsPerShard - 1);
    while (shard.has(id)) id = this.#random.between(first, (number + 1) * idsPerShard - 1);
    return id;
  }
}

const idsPerShard = Math.trunc(largestInt / shardCount);

function shardOf(id: number): number {
  return Math.trunc(id / idsPerShard);
}

function evict(
  shard: Map<number, FetchSession>,
  newSize: number,
  nowMs: number,
  isPrivileged: boolean,
): boolean {
  const sessions = [...shard.values()];
  const stale = leastBy(sessions, compareLastUse);
  if (stale === undefined) return false;
  if (nowMs - stale.lastUsedMs > evictionMs) return shard.delete(stale.id);

  const evictable = sessions.filter(
    (session) =>
      session.lastUsedMs - session.createdMs > evictionMs ||
      (isPrivileged && !session.isPrivileged),
  );
  const least = leastBy(evictable, (a, b) => {
    const byValue = compareValue(a, b);
    return byValue === 0 ? a.id - b.id : byValue;
  });
  if (least === undefined) return false;
  const newcomer = { isPrivileged, partitions: { size: newSize } };
  // Of equal worth, the newcomer counts as having the smallest id.
  if (compareValue(newcomer, least) <= 0) return false;
  return shard.delete(least.id);
}

function compareLastUse(a: FetchSession, b: FetchSession): number {
  return a.lastUsedMs === b.lastUsedMs ? a.id - b.id : a.lastUsedMs - b.lastUsedMs;
}

interface Valued {
  readonly isPrivileged: boolean;
  readonly partitions: { readonly size: number };
}

function compareValue(a: Valued, b: Valued): number {
  const byPrivilege = Number(a.isPrivileged) - Number(b.isPrivileged);
  return byPrivilege === 0 ? a.partitions.size - b.partitions.size : byPrivilege;
}

function leastBy<T>(items: readonly T[], compare: (a: T, b: T) => number): T | undefined {
  let least: T | undefined = undefined;
  for (const item of items) {
    if (least === undefined || compare(item, least) < 0) least = item;
  }
  return least;
}
