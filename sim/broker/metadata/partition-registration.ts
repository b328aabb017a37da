import { type PartitionChangeRecord } from '../../protocol/messages/partition-change-record.ts';
import { type PartitionRecord } from '../../protocol/messages/partition-record.ts';

/** Stands for the leader of a partition that has none. */
export const noLeader = -1;

const noLeaderChange = -2;
const noRecoveryStateChange = -1;

/** A partition as the controller's log has it. Immutable: each change makes a new one. */
export interface PartitionRegistration {
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly removingReplicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly elr: readonly number[];
  readonly lastKnownElr: readonly number[];
  readonly leader: number;
  /** 0 recovered, 1 recovering from an unclean election. */
  readonly leaderRecoveryState: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

/** The partition as it was made. */
export function registrationOf(record: PartitionRecord): PartitionRegistration {
  return {
    replicas: record.replicas,
    isr: record.isr,
    removingReplicas: record.removingReplicas,
    addingReplicas: record.addingReplicas,
    elr: record.eligibleLeaderReplicas ?? [],
    lastKnownElr: record.lastKnownElr ?? [],
    leader: record.leader,
    leaderRecoveryState: record.leaderRecoveryState,
    leaderEpoch: record.leaderEpoch,
    partitionEpoch: record.partitionEpoch,
  };
}

/**
 * The partition after a change: its partition epoch goes up by one, and its leader epoch too if the
 * record names a leader, be it the same (`PartitionRegistration.merge`).
 */
export function mergeChange(
  known: PartitionRegistration,
  record: PartitionChangeRecord,
): PartitionRegistration {
  const namesLeader = record.leader !== noLeaderChange;
  const namesRecoveryState = record.leaderRecoveryState !== noRecoveryStateChange;
  return {
    replicas: record.replicas ?? known.replicas,
    isr: record.isr ?? known.isr,
    removingReplicas: record.removingReplicas ?? known.removingReplicas,
    addingReplicas: record.addingReplicas ?? known.addingReplicas,
    elr: record.eligibleLeaderReplicas ?? known.elr,
    lastKnownElr: record.lastKnownElr ?? known.lastKnownElr,
    leader: namesLeader ? record.leader : known.leader,
    leaderRecoveryState: namesRecoveryState
      ? record.leaderRecoveryState
      : known.leaderRecoveryState,
    leaderEpoch: namesLeader ? known.leaderEpoch + 1 : known.leaderEpoch,
    partitionEpoch: known.partitionEpoch + 1,
  };
}

/** The partition without eligible leader replicas, or the same if it had none (`ClearElrRecord`). */
export function clearElr(known: PartitionRegistration): PartitionRegistration {
  if (known.elr.length === 0 && known.lastKnownElr.length === 0) return known;
  return { ...known, elr: [], lastKnownElr: [], partitionEpoch: known.partitionEpoch + 1 };
}
