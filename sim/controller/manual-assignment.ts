import { type ClusterState } from './cluster-state.ts';
import { leaderRecovery, type PartitionRegistration } from './partition-registration.ts';
import { ascending, noReplicas, type ReplicaList } from './replica-lists.ts';

/**
 * Why an assignment that somebody has written by hand cannot be, or `undefined`. The error is
 * INVALID_REPLICA_ASSIGNMENT. `replicationFactor`: of the topic's other partitions, if it has some.
 */
export function assignmentProblem(
  cluster: ClusterState,
  replicas: ReplicaList,
  replicationFactor?: number,
): string | undefined {
  if (replicas.length === 0) {
    return 'The manual partition assignment includes an empty replica list.';
  }
  let previous = -1;
  for (const broker of ascending(replicas)) {
    if (cluster.registration(broker) === undefined) {
      return `The manual partition assignment includes broker ${broker}, but no such broker is registered.`;
    }
    if (broker === previous) {
      return `The manual partition assignment includes the broker ${broker} more than once.`;
    }
    previous = broker;
  }
  if (replicationFactor === undefined || replicas.length === replicationFactor) return undefined;
  const others = `previous partitions, which have ${replicationFactor} replica(s)`;
  return `The manual partition assignment includes a partition with ${replicas.length} replica(s), but this is not consistent with ${others}.`;
}

/** A partition with these replicas; those that are alive are in sync. `undefined` if none is. */
export function newPartition(
  cluster: ClusterState,
  replicas: ReplicaList,
): PartitionRegistration | undefined {
  const isr = replicas.filter((broker) => cluster.isActive(broker));
  const [leader] = isr;
  if (leader === undefined) return undefined;
  return {
    replicas,
    directories: replicas.map((broker) => cluster.defaultDirectory(broker)),
    isr,
    addingReplicas: noReplicas,
    removingReplicas: noReplicas,
    elr: noReplicas,
    lastKnownElr: noReplicas,
    leader,
    leaderRecoveryState: leaderRecovery.recovered,
    leaderEpoch: 0,
    partitionEpoch: 0,
  };
}
