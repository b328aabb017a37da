import { type Offset } from '../../protocol/record-batch.ts';
import { type ClusterNode } from '../metadata-snapshot.ts';
import { type KnownLeader } from '../metadata.ts';

/** An epoch that is not known (`NO_PARTITION_LEADER_EPOCH`). */
export const noEpoch = -1;

/**
 * Where a consumer is in a partition (`SubscriptionState.FetchPosition`): the offset of the record that
 * it will return next, the epoch of the batch before it, and the leader to which both were compared.
 */
export interface FetchPosition {
  readonly offset: Offset;
  /** `noEpoch` after a reset or a plain seek: then there is nothing to validate. */
  readonly offsetEpoch: number;
  readonly currentLeader: KnownLeader;
}

export function isSameLeader(one: KnownLeader, other: KnownLeader): boolean {
  return one.leaderEpoch === other.leaderEpoch && isSameNode(one.leader, other.leader);
}

export function isSamePosition(one: FetchPosition, other: FetchPosition): boolean {
  return (
    one.offset === other.offset &&
    one.offsetEpoch === other.offsetEpoch &&
    isSameLeader(one.currentLeader, other.currentLeader)
  );
}

function isSameNode(one: ClusterNode | undefined, other: ClusterNode | undefined): boolean {
  if (one === other) return true;
  return (
    one?.nodeId === other?.nodeId &&
    one?.host === other?.host &&
    one?.port === other?.port &&
    one?.rack === other?.rack
  );
}
