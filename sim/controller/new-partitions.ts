import {
  type CreatableReplicaAssignment,
  type CreatableTopic,
} from '../protocol/messages/create-topics-request.ts';
import { type ApiError, apiError } from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';
import { assignmentProblem, newPartition } from './manual-assignment.ts';
import { type PartitionRegistration } from './partition-registration.ts';
import { type ReplicaPlacer } from './placement.ts';

/** The partitions of a new topic, in the order of their numbers, or why it cannot have them. */
export function newPartitions(
  state: ControllerState,
  placer: ReplicaPlacer,
  topic: CreatableTopic,
): ApiError | readonly PartitionRegistration[] {
  const { assignments, numPartitions, replicationFactor } = topic;
  if (assignments.length > 0) {
    const given = 'A manual partition assignment was specified, but';
    if (replicationFactor !== -1) {
      return apiError('INVALID_REQUEST', `${given} replication factor was not set to -1.`);
    }
    if (numPartitions !== -1) {
      return apiError('INVALID_REQUEST', `${given} numPartitions was not set to -1.`);
    }
    return partitionsByHand(state, assignments);
  }
  if (replicationFactor < -1 || replicationFactor === 0) {
    const text = 'Replication factor must be larger than 0, or -1 to use the default value.';
    return apiError('INVALID_REPLICATION_FACTOR', text);
  }
  if (numPartitions < -1 || numPartitions === 0) {
    const text = 'Number of partitions was set to an invalid non-positive value.';
    return apiError('INVALID_PARTITIONS', text);
  }
  const { numPartitions: defaultPartitions, defaultReplicationFactor } = state.setup.config;
  return placedPartitions(
    state,
    placer,
    numPartitions === -1 ? defaultPartitions : numPartitions,
    replicationFactor === -1 ? defaultReplicationFactor : replicationFactor,
  );
}

function partitionsByHand(
  { cluster }: ControllerState,
  assignments: readonly CreatableReplicaAssignment[],
): ApiError | readonly PartitionRegistration[] {
  const byIndex = new Map<number, PartitionRegistration>();
  let replicationFactor: number | undefined = undefined;
  for (const { partitionIndex, brokerIds } of assignments) {
    if (byIndex.has(partitionIndex)) {
      return invalid(`Found multiple manual partition assignments for partition ${partitionIndex}`);
    }
    const problem = assignmentProblem(cluster, brokerIds, replicationFactor);
    if (problem !== undefined) return invalid(problem);
    replicationFactor = brokerIds.length;
    const partition = newPartition(cluster, brokerIds);
    if (partition === undefined) {
      return invalid(
        `All brokers specified in the manual partition assignment for partition ${partitionIndex} are fenced or in controlled shutdown.`,
      );
    }
    byIndex.set(partitionIndex, partition);
  }
  const partitions: PartitionRegistration[] = [];
  for (let index = 0; index < byIndex.size; index += 1) {
    const partition = byIndex.get(index);
    if (partition === undefined) {
      return invalid('partitions should be a consecutive 0-based integer sequence');
    }
    partitions.push(partition);
  }
  return partitions;
}

function invalid(text: string): ApiError {
  return apiError('INVALID_REPLICA_ASSIGNMENT', text);
}

function placedPartitions(
  { cluster }: ControllerState,
  placer: ReplicaPlacer,
  count: number,
  replicationFactor: number,
): ApiError | readonly PartitionRegistration[] {
  const unable = (why: string): ApiError => {
    const text = `Unable to replicate the partition ${replicationFactor} time(s): ${why}`;
    return apiError('INVALID_REPLICATION_FACTOR', text);
  };
  const placement = placer.place(count, replicationFactor);
  if (placement.kind === 'refused') return unable(placement.message);
  const partitions: PartitionRegistration[] = [];
  for (const replicas of placement.assignments) {
    const partition = newPartition(cluster, replicas);
    if (partition === undefined) {
      return unable('All brokers are currently fenced or in controlled shutdown.');
    }
    partitions.push(partition);
  }
  return partitions;
}
