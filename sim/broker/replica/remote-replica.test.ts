import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { anyBrokerEpoch, RemoteReplica, unknownOffset } from './remote-replica.ts';

const maxLagMs = 30_000;

describe('a follower as its leader knows it', () => {
  test('is caught up now when it asks for the end of the log', () => {
    const replica = new RemoteReplica(2);
    replica.update(fetch(10, 10, 5_000), -1);
    expect(replica.lastCaughtUpTimeMs).toBe(5_000);
  });

  test('was caught up at its last fetch when it has all that was there then', () => {
    const replica = new RemoteReplica(2);
    replica.update(fetch(0, 10, 5_000), -1);
    replica.update(fetch(10, 20, 6_000), -1);
    expect(replica.lastCaughtUpTimeMs).toBe(5_000);
  });

  test('is never behind while it has everything, however long it does not fetch', () => {
    const replica = new RemoteReplica(2);
    replica.update(fetch(10, 10, 5_000), -1);
    expect(replica.isCaughtUp(10, 1_000_000, maxLagMs)).toBe(true);
    expect(replica.isCaughtUp(11, 1_000_000, maxLagMs)).toBe(false);
  });

  test('cannot be moved by a fetch of an earlier life of its broker (KIP-903)', () => {
    const replica = new RemoteReplica(2);
    replica.update(fetch(10, 10, 5_000, 7), 7);
    expect(replica.update(fetch(20, 20, 6_000, 7), 8)).toBe(false);
    expect(replica.logEndOffset).toBe(10);
    expect(replica.update(fetch(20, 20, 6_000, anyBrokerEpoch), 8)).toBe(true);
  });

  test('is unknown to a new leader, but known to one that stays', () => {
    const replica = new RemoteReplica(2);
    replica.update(fetch(10, 10, 5_000, 7), 7);
    replica.reset(9_000, 12, { isNewLeader: false, isInSync: true });
    expect(replica).toMatchObject({ logEndOffset: 10, brokerEpoch: 7, lastFetchTimeMs: 9_000 });
    replica.reset(9_500, 12, { isNewLeader: true, isInSync: false });
    expect(replica).toMatchObject({ logEndOffset: unknownOffset, lastCaughtUpTimeMs: 0 });
  });

  test('never was caught up later than it fetched', () => {
    const steps = fc.array(fc.record({ offset: fc.nat(20), lag: fc.nat(5), after: fc.nat(100) }));
    const holds = fc.property(steps, (fetches) => {
      const replica = new RemoteReplica(2);
      let nowMs = 1;
      for (const { offset, lag, after } of fetches) {
        nowMs += after;
        replica.update(fetch(offset, offset + lag, nowMs), -1);
        expect(replica.lastCaughtUpTimeMs).toBeLessThanOrEqual(replica.lastFetchTimeMs);
      }
    });
    fc.assert(holds);
  });
});

function fetch(
  fetchOffset: number,
  leaderEndOffset: number,
  timeMs: number,
  brokerEpoch = anyBrokerEpoch,
): Parameters<RemoteReplica['update']>[0] {
  return { fetchOffset, logStartOffset: 0, timeMs, leaderEndOffset, brokerEpoch };
}
