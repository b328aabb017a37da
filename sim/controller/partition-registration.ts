import { type PartitionChangeRecord } from '../protocol/messages/partition-change-record.ts';
import { type PartitionRecord } from '../protocol/messages/partition-record.ts';
import { type BrokerId } from '../trace.ts';
import { noReplicas, type ReplicaList } from './replica-lists.ts';

/** The leader of a partition that has none. */
export const noLeader: BrokerId = -1;

/** In a `PartitionChangeRecord`: leader and leader epoch stay. */
export const noLeaderChange: BrokerId = -2;

/** Whether the leader came out of an unclean election and has not yet said that it recovered. */
export const leaderRecovery = { noChange: -1, recovered: 0, recovering: 1 } as const;

/** What the controller knows of one partition. Immutable: every change makes a new one. */
export interface PartitionRegistration {
  /** In the order of preference; while reassigning: the target, then those that will go. */
  readonly replicas: ReplicaList;
  /** The log directory of each replica, in the same order. */
  readonly directories: readonly string[];
  readonly isr: ReplicaList;
  readonly addingReplicas: ReplicaList;
  readonly removingReplicas: ReplicaList;
  /** Eligible leader replicas: left the ISR when it was small, and may lead when it is empty (KIP-966). */
  readonly elr: ReplicaList;
  /** With KIP-966 as released: the last leader, while there is none. */
  readonly lastKnownElr: ReplicaList;
  readonly leader: BrokerId;
  readonly leaderRecoveryState: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

export function registrationOf(record: PartitionRecord): PartitionRegistration {
  return {
    replicas: record.replicas,
    directories: record.directories,
    isr: record.isr,
    addingReplicas: record.addingReplicas,
    removingReplicas: record.removingReplicas,
    elr: record.eligibleLeaderReplicas ?? noReplicas,
    lastKnownElr: record.lastKnownElr ?? noReplicas,
    leader: record.leader,
    leaderRecoveryState: record.leaderRecoveryState,
    leaderEpoch: record.leaderEpoch,
    partitionEpoch: record.partitionEpoch,
  };
}

/** The partition after a change: a leader field, even with the same leader, begins a new epoch. */
export function mergeChange(
  partition: PartitionRegistration,
  change: PartitionChangeRecord,
): PartitionRegistration {
  const keepsLeader = change.leader === noLeaderChange;
  return {
    replicas: change.replicas ?? partition.replicas,
    directories: change.directories ?? partition.directories,
    isr: change.isr ?? partition.isr,
    addingReplicas: change.addingReplicas ?? partition.addingReplicas,
    removingReplicas: change.removingReplicas ?? partition.removingReplicas,
    elr: change.eligibleLeaderReplicas ?? partition.elr,
    lastKnownElr: change.lastKnownElr ?? partition.lastKnownElr,
    leader: keepsLeader ? partition.leader : change.leader,
    leaderRecoveryState:
      change.leaderRecoveryState === leaderRecovery.noChange
        ? partition.leaderRecoveryState
        : change.leaderRecoveryState,
    leaderEpoch: keepsLeader ? partition.leaderEpoch : partition.leaderEpoch + 1,
    partitionEpoch: partition.partitionEpoch + 1,
  };
}

/** The partition without ELR, as a `ClearElrRecord` leaves it; the same object if it had none. */
export function withoutElr(partition: PartitionRegistration): PartitionRegistration {
  if (partition.elr.length === 0 && partition.lastKnownElr.length === 0) return partition;
  return {
    ...partition,
    elr: noReplicas,
    lastKnownElr: noReplicas,
    partitionEpoch: partition.partitionEpoch + 1,
  };
}

export function isReassigning(partition: PartitionRegistration): boolean {
  return partition.addingReplicas.length > 0 || partition.removingReplicas.length > 0;
}

/** Whether the first replica of the assignment leads. */
export function hasPreferredLeader(partition: PartitionRegistration): boolean {
  return partition.leader === (partition.replicas[0] ?? noLeader);
}

/** The record that creates the partition as it is. */
export function partitionRecord(
  topicId: string,
  partitionId: number,
  partition: PartitionRegistration,
): PartitionRecord {
  return {
    type: 'PartitionRecord',
    partitionId,
    topicId,
    replicas: partition.replicas,
    isr: partition.isr,
    removingReplicas: partition.removingReplicas,
    addingReplicas: partition.addingReplicas,
    leader: partition.leader,
    leaderRecoveryState: partition.leaderRecoveryState,
    leaderEpoch: partition.leaderEpoch,
    partitionEpoch: partition.partitionEpoch,
    directories: partition.directories,
    eligibleLeaderReplicas: partition.elr.length > 0 ? partition.elr : null,
    lastKnownElr: partition.lastKnownElr.length > 0 ? partition.lastKnownElr : null,
  };
}
