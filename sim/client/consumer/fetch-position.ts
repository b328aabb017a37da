import { type Offset } from '../../protocol/record-batch.ts';

/** An epoch that is not known (`NO_PARTITION_LEADER_EPOCH`). */
export const noEpoch = -1;

/** A leader that is not known. */
export const noLeader = -1;

/** Who leads a partition, as the client knows it (`Metadata.LeaderAndEpoch`). */
export interface LeaderAndEpoch {
  /** `noLeader` if there is none, or its address is not known. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
}

/**
 * Where a consumer is in a partition (`SubscriptionState.FetchPosition`): the offset of the record that
 * it will return next, the epoch of the batch before it, and the leader to which both were compared.
 */
export interface FetchPosition {
  readonly offset: Offset;
  /** `noEpoch` after a reset or a plain seek: then there is nothing to validate. */
  readonly offsetEpoch: number;
  readonly leader: LeaderAndEpoch;
}

export function isSameLeader(one: LeaderAndEpoch, other: LeaderAndEpoch): boolean {
  return one.leaderId === other.leaderId && one.leaderEpoch === other.leaderEpoch;
}

export function isSamePosition(one: FetchPosition, other: FetchPosition): boolean {
  return (
    one.offset === other.offset &&
    one.offsetEpoch === other.offsetEpoch &&
    isSameLeader(one.leader, other.leader)
  );
}
