import { type PartitionLog } from '../log/partition-log.ts';
import { type PartitionRegistration } from '../metadata/partition-registration.ts';
import { advanceHighWatermark } from './high-watermark.ts';
import { setIsr } from './isr-changes.ts';
import { committedIsr } from './isr-state.ts';
import { type Partition } from './partition.ts';
import { RemoteReplica } from './remote-replica.ts';

/** Opens or makes the log of the partition, with the high watermark of its checkpoint. */
export type OpenLog = (partition: Partition) => PartitionLog;

/**
 * This broker leads the partition: with a new leader epoch, or the same one whose assignment or ISR has
 * changed. Whatever was proposed to the controller is forgotten (`Partition.makeLeader`).
 */
export function becomeLeader(
  partition: Partition,
  registration: PartitionRegistration,
  openLog: OpenLog,
): void {
  // An answer to AlterPartition may have told more already.
  if (registration.partitionEpoch < partition.partitionEpoch) return;
  const { host } = partition;
  const nowMs = host.wallClockMs();
  const isNewLeader = !partition.isLeader;
  const isNewEpoch = registration.leaderEpoch > partition.leaderEpoch;
  const isKnown = !isNewEpoch && registration.partitionEpoch === partition.partitionEpoch;

  setAssignment(partition, registration, true);
  partition.log ??= openLog(partition);
  const { log } = partition;
  if (isNewEpoch) {
    const start = log.logEndOffset;
    // Known before the first write, so that followers with later epochs find their point to truncate.
    if (!host.switches.noEpochEntryOnElection) {
      log.assignEpoch(registration.leaderEpoch, start);
    }
    for (const replica of partition.remoteReplicas) {
      const isInSync = registration.isr.includes(replica.brokerId);
      const forgets = isNewLeader || host.switches.reelectedForgetsEnds;
      replica.reset(nowMs, start, { isNewLeader: forgets, isInSync });
    }
    partition.leaderEpoch = registration.leaderEpoch;
    partition.leaderEpochStart = start;
  }
  partition.partitionEpoch = registration.partitionEpoch;
  partition.leaderId = host.brokerId;
  if (isNewEpoch) recordLeader(partition, registration, log);
  // A change that was asked for since is forgotten, too, though the controller may yet make it.
  const keepsPending = isKnown && host.switches.metadataKeepsPending;
  if (!keepsPending) setIsr(partition, committedIsr(registration.isr));

  // The ISR may be down to the leader.
  if (advanceHighWatermark(partition, log, nowMs)) partition.checkWaiting();
}

/**
 * Another broker leads the partition, or none.
 * @returns Whether the leader epoch is a new one: only then fetching starts anew
 * (`Partition.makeFollower`).
 */
export function becomeFollower(
  partition: Partition,
  registration: PartitionRegistration,
  openLog: OpenLog,
): boolean {
  if (registration.partitionEpoch < partition.partitionEpoch) return false;
  const isNewEpoch = registration.leaderEpoch > partition.leaderEpoch;
  partition.leaderId = registration.leader;
  partition.leaderEpoch = registration.leaderEpoch;
  partition.leaderEpochStart = undefined;
  partition.partitionEpoch = registration.partitionEpoch;
  setAssignment(partition, registration, false);
  partition.isr = committedIsr([], registration.leaderRecoveryState);
  partition.log ??= openLog(partition);
  if (isNewEpoch) recordFollower(partition, partition.log);
  return isNewEpoch;
}

/** The replica goes away; requests that wait for it find no leader here. */
export function removeReplica(partition: Partition): void {
  partition.remoteReplicas = [];
  partition.replicas = [];
  partition.addingReplicas = [];
  partition.log = undefined;
  partition.isr = committedIsr([]);
  partition.leaderId = -1;
  partition.leaderEpochStart = undefined;
}

function setAssignment(
  partition: Partition,
  registration: PartitionRegistration,
  isLeader: boolean,
): void {
  partition.replicas = registration.replicas;
  partition.addingReplicas = registration.addingReplicas;
  partition.remoteReplicas = isLeader
    ? registration.replicas
        .filter((id) => id !== partition.host.brokerId)
        .map((id) => partition.remoteReplica(id) ?? new RemoteReplica(id))
    : [];
}

function recordLeader(
  partition: Partition,
  { isr }: PartitionRegistration,
  { logEndOffset, highWatermark }: PartitionLog,
): void {
  const { name, host, leaderEpoch, partitionEpoch } = partition;
  host.record({
    kind: 'leaderStarted',
    partition: name,
    broker: host.brokerId,
    leaderEpoch,
    partitionEpoch,
    isr,
    logEndOffset,
    highWatermark,
  });
}

function recordFollower(partition: Partition, { logEndOffset, highWatermark }: PartitionLog): void {
  const { name, host, leaderEpoch, leaderId } = partition;
  host.record({
    kind: 'followerStarted',
    partition: name,
    broker: host.brokerId,
    leader: leaderId,
    leaderEpoch,
    logEndOffset,
    highWatermark,
  });
}
