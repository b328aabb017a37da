import { type Offset } from '../../protocol/record-batch.ts';

/** The log end or log start of a follower that has not yet fetched under this leadership. */
export const unknownOffset: Offset = -1;

/** The broker epoch of a follower that has not yet fetched under this leadership. */
export const unknownBrokerEpoch = -2;

/** In a request or a proposal: not to be compared. */
export const anyBrokerEpoch = -1;

/** What a follower's fetch tells its leader. */
export interface FollowerFetch {
  readonly fetchOffset: Offset;
  readonly logStartOffset: Offset;
  readonly timeMs: number;
  /** The leader's log end when it read for this fetch. */
  readonly leaderEndOffset: Offset;
  /** -1 if the follower does not say. */
  readonly brokerEpoch: number;
}

/**
 * A follower as its leader knows it: always one round trip late, since only the next fetch tells what
 * has been appended (`Replica`, `ReplicaState`). Times are the leader's wall clock, in milliseconds.
 */
export class RemoteReplica {
  readonly brokerId: number;
  logEndOffset: Offset = unknownOffset;
  logStartOffset: Offset = unknownOffset;
  /** The leader's log end at the last fetch: who reaches it was caught up then. */
  lastFetchLeaderEndOffset: Offset = 0;
  lastFetchTimeMs = 0;
  lastCaughtUpTimeMs = 0;
  brokerEpoch = unknownBrokerEpoch;

  constructor(brokerId: number) {
    this.brokerId = brokerId;
  }

  /**
   * Takes over what a fetch tells, unless it comes from an earlier life of the broker:
   * `aliveBrokerEpoch` is that of its registration if it is unfenced, else -1.
   * @returns Whether the fetch counts.
   */
  update(fetch: FollowerFetch, aliveBrokerEpoch: number): boolean {
    if (fetch.brokerEpoch !== anyBrokerEpoch && aliveBrokerEpoch > fetch.brokerEpoch) return false;

    if (fetch.fetchOffset >= fetch.leaderEndOffset) {
      this.lastCaughtUpTimeMs = Math.max(this.lastCaughtUpTimeMs, fetch.timeMs);
    } else if (fetch.fetchOffset >= this.lastFetchLeaderEndOffset) {
      this.lastCaughtUpTimeMs = Math.max(this.lastCaughtUpTimeMs, this.lastFetchTimeMs);
    }
    this.logStartOffset = fetch.logStartOffset;
    this.logEndOffset = fetch.fetchOffset;
    this.lastFetchLeaderEndOffset = Math.max(fetch.leaderEndOffset, this.lastFetchLeaderEndOffset);
    this.lastFetchTimeMs = fetch.timeMs;
    this.brokerEpoch = fetch.brokerEpoch;
    return true;
  }

  /**
   * A new leader epoch begins. A follower in the ISR counts as caught up now, so that it is given time
   * to fetch; any other must show up first. A leader that stays keeps what it knows.
   */
  reset(
    nowMs: number,
    leaderEndOffset: Offset,
    { isNewLeader, isInSync }: { readonly isNewLeader: boolean; readonly isInSync: boolean },
  ): void {
    this.lastCaughtUpTimeMs = isInSync ? nowMs : 0;
    if (isNewLeader) {
      this.logStartOffset = unknownOffset;
      this.logEndOffset = unknownOffset;
      this.lastFetchLeaderEndOffset = unknownOffset;
      this.lastFetchTimeMs = 0;
      this.brokerEpoch = unknownBrokerEpoch;
    } else {
      this.lastFetchLeaderEndOffset = leaderEndOffset;
      this.lastFetchTimeMs = isInSync ? nowMs : 0;
    }
  }

  /** At the leader's end, or was there not longer than `replica.lag.time.max.ms` ago. */
  isCaughtUp(leaderEndOffset: Offset, nowMs: number, maxLagMs: number): boolean {
    return leaderEndOffset === this.logEndOffset || nowMs - this.lastCaughtUpTimeMs <= maxLagMs;
  }
}
