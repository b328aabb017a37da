import { z } from 'zod';
import { LeaderEpochCache } from '../../sim/broker/log/leader-epoch-cache.ts';
import { DiskCell } from '../../sim/kernel/disk.ts';
import { differenceAt } from '../difference.ts';
import { section } from './section.ts';

const pair = z.tuple([z.int(), z.int()]);
/** The epoch asked for, and the answer; null if there is none. */
const neighbour = z.tuple([z.int(), z.int().nullable()]);
const cut = z.tuple([z.int(), z.array(pair)]);

const epochCacheCase = z.strictObject({
  assigned: z.array(pair),
  entries: z.array(pair),
  logEnd: z.int(),
  latest: z.int().nullable(),
  endOffsetFor: z.array(z.tuple([z.int(), z.int(), z.int()])),
  previousEpoch: z.array(neighbour),
  nextEpoch: z.array(neighbour),
  epochForOffset: z.array(z.int().nullable()),
  truncateFromEnd: z.array(cut),
  truncateFromStart: z.array(cut),
});

export const epochCache = section(epochCacheCase, (recorded) => {
  const { assigned, logEnd } = recorded;
  const cache = cacheOf(assigned);
  const cutBy = (cut: (cache: LeaderEpochCache, offset: number) => void) => {
    return ([offset]: [number, unknown]): unknown => {
      const fresh = cacheOf(assigned);
      cut(fresh, offset);
      return [offset, entriesOf(fresh)];
    };
  };
  return differenceAt('cache', recorded, {
    assigned,
    entries: entriesOf(cache),
    logEnd,
    latest: orNull(cache.latestEpoch),
    endOffsetFor: recorded.endOffsetFor.map(([epoch]) => {
      const end = cache.endOffsetFor(epoch, logEnd);
      return [epoch, end?.leaderEpoch ?? -1, end?.endOffset ?? -1];
    }),
    previousEpoch: recorded.previousEpoch.map(([epoch]) => [
      epoch,
      orNull(cache.previousEpoch(epoch)),
    ]),
    nextEpoch: recorded.nextEpoch.map(([epoch]) => [epoch, orNull(cache.nextEpoch(epoch))]),
    epochForOffset: recorded.epochForOffset.map((_, offset) =>
      orNull(cache.epochForOffset(offset)),
    ),
    truncateFromEnd: recorded.truncateFromEnd.map(
      cutBy((fresh, offset) => {
        fresh.truncateFromEnd(offset);
      }),
    ),
    truncateFromStart: recorded.truncateFromStart.map(
      cutBy((fresh, offset) => {
        fresh.truncateFromStart(offset);
      }),
    ),
  });
});

function cacheOf(assigned: readonly (readonly [number, number])[]): LeaderEpochCache {
  const cache = new LeaderEpochCache(new DiskCell(), () => undefined);
  for (const [epoch, startOffset] of assigned) cache.assign(epoch, startOffset);
  return cache;
}

function entriesOf(cache: LeaderEpochCache): [number, number][] {
  return cache.entries.map(({ leaderEpoch, startOffset }) => [leaderEpoch, startOffset]);
}

function orNull(epoch: number): number | null {
  return epoch === -1 ? null : epoch;
}
