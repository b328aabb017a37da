import { describe, expect, test } from 'vitest';

import { createRandom } from '../../kernel/random.ts';
import { FetchSessionCache, nextSessionEpoch } from './fetch-session-cache.ts';
import { FetchedPartition, SessionPartitions } from './fetched-partition.ts';

const consumer = { isPrivileged: false, usesTopicIds: true };
const follower = { isPrivileged: true, usesTopicIds: true };

describe('fetch session epochs', () => {
  test('go up from 1 and begin again at 1, never at 0', () => {
    expect(nextSessionEpoch(0)).toBe(1);
    expect(nextSessionEpoch(2_147_483_647)).toBe(1);
    expect(nextSessionEpoch(-1)).toBe(-1);
  });
});

describe('a cache with one place in each of its eight shards', () => {
  test('takes turns, so that eight sessions find their place', () => {
    const { cache } = full(8);
    expect(cache.create(partitions(9), 10, consumer)).toBeUndefined();
  });

  test('gives the place of a session that was unused for two minutes to anyone', () => {
    const { cache, ids } = full(8);
    expect(cache.create(partitions(1), 120_001, consumer)).toBeDefined();
    expect(cache.get(ids[0] ?? 0)).toBeUndefined();
  });

  test('gives the place of a consumer to a follower', () => {
    const { cache, ids } = full(8);
    expect(cache.create(partitions(1), 10, follower)).toBeDefined();
    expect(cache.get(ids[0] ?? 0)).toBeUndefined();
  });

  test('gives the place of an old session to a larger one only', () => {
    const { cache, ids } = full(8);
    const session = cache.get(ids[0] ?? 0);
    if (session !== undefined) session.lastUsedMs = 130_000;
    expect(cache.create(partitions(1), 140_000, consumer)).toBeUndefined();
    for (let other = 1; other < 8; other += 1) cache.create(partitions(1), 140_000, consumer);
    expect(cache.create(partitions(2), 140_000, consumer)).toBeDefined();
  });
});

describe('the partitions of a session', () => {
  test('are read in order, those that gave records last', () => {
    const session = partitions(3);
    const first = session.find('topic', 0);
    if (first !== undefined) session.moveToEnd(first);
    expect(order(session)).toEqual([1, 2, 0]);
    session.remove('topic', 2);
    expect(order(session)).toEqual([1, 0]);
    expect(session.size).toBe(2);
  });
});

function full(count: number): { cache: FetchSessionCache; ids: number[] } {
  const cache = new FetchSessionCache(8, createRandom('sessions'));
  const ids: number[] = [];
  for (let number = 0; number < count; number += 1) {
    ids.push(cache.create(partitions(1), 0, consumer)?.id ?? 0);
  }
  return { cache, ids };
}

function partitions(count: number): SessionPartitions {
  const made = new SessionPartitions();
  for (let partition = 0; partition < count; partition += 1) {
    made.add(
      'topic',
      new FetchedPartition('topic', 'topic', {
        partition,
        currentLeaderEpoch: 0,
        fetchOffset: 0,
        lastFetchedEpoch: -1,
        logStartOffset: -1,
        partitionMaxBytes: 1,
        replicaDirectoryId: '',
        highWatermark: -1,
      }),
    );
  }
  return made;
}

function order(session: SessionPartitions): number[] {
  const indexes: number[] = [];
  for (let next = session.first; next !== undefined; next = next.next) indexes.push(next.index);
  return indexes;
}
