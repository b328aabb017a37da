import {
  type AlterPartitionReassignmentsRequest,
  type ReassignablePartition,
} from '../protocol/messages/alter-partition-reassignments-request.ts';
import { type AlterPartitionReassignmentsResponse } from '../protocol/messages/alter-partition-reassignments-response.ts';
import { type PartitionChangeRecord } from '../protocol/messages/partition-change-record.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { changeScope } from './change-scope.ts';
import {
  type ApiError,
  apiError,
  type ControllerResult,
  decided,
  noError,
} from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';
import { assignmentProblem } from './manual-assignment.ts';
import { buildPartitionChange, type WantedChange } from './partition-change-builder.ts';
import { planReassignment, revertReassignment } from './partition-reassignment.ts';
import { isReassigning, type PartitionRegistration } from './partition-registration.ts';
import { noReplicas, type ReplicaList, sameReplicas, without } from './replica-lists.ts';
import { type Topic } from './topics-state.ts';

/** Somebody moves partitions to other brokers, or takes that back (KIP-455). */
export function alterReassignments(
  state: ControllerState,
  request: AlterPartitionReassignmentsRequest,
): ControllerResult<AlterPartitionReassignmentsResponse> {
  const { allowReplicationFactorChange } = request;
  const records: MetadataRecord[] = [];
  const responses = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((target) => {
      const decision = decide(state, name, target, allowReplicationFactorChange);
      if ('record' in decision) {
        if (decision.record !== undefined) records.push(decision.record);
        return answerFor(target, noError);
      }
      return answerFor(target, decision);
    }),
  }));
  const body: AlterPartitionReassignmentsResponse = {
    throttleTimeMs: 0,
    allowReplicationFactorChange,
    errorCode: 'NONE',
    errorMessage: null,
    responses,
  };
  return decided(records, body, { isAtomic: true });
}

function answerFor({ partitionIndex }: ReassignablePartition, { error, message }: ApiError) {
  return { partitionIndex, errorCode: error, errorMessage: message };
}

type Decision = ApiError | { readonly record: PartitionChangeRecord | undefined };

function decide(
  state: ControllerState,
  name: string,
  { partitionIndex, replicas }: ReassignablePartition,
  allowsOtherFactor: boolean,
): Decision {
  const topic = state.topics.named(name);
  if (topic === undefined) {
    return apiError('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find a topic named ${name}.`);
  }
  const partition = topic.partitions.get(partitionIndex);
  if (partition === undefined) {
    const text = `Unable to find partition ${name}:${partitionIndex}.`;
    return apiError('UNKNOWN_TOPIC_OR_PARTITION', text);
  }
  const wanted =
    replicas === null
      ? wantedToCancel(state, topic, partitionIndex, partition)
      : wantedToMove(state, partition, replicas, allowsOtherFactor);
  if ('error' in wanted) return wanted;
  const scope = changeScope(state, topic, partitionIndex, partition);
  return { record: buildPartitionChange(partition, wanted, scope) };
}

function wantedToCancel(
  state: ControllerState,
  topic: Topic,
  partitionId: number,
  partition: PartitionRegistration,
): ApiError | WantedChange {
  if (!isReassigning(partition)) return apiError('NO_REASSIGNMENT_IN_PROGRESS');
  const revert = revertReassignment(partition);
  if (revert === undefined) {
    const text = 'Invalid replica assignment: addingReplicas contains all replicas.';
    return apiError('INVALID_REPLICA_ASSIGNMENT', text);
  }
  const allowsUnclean = state.configs.uncleanElectionEnabled(topic.name);
  if (revert.isUnclean && !allowsUnclean) {
    const what = `partition assignment for ${topic.name}:${partitionId}`;
    const text = `Unable to revert ${what} because it would require an unclean leader election.`;
    return apiError('INVALID_REPLICA_ASSIGNMENT', text);
  }
  return {
    election: allowsUnclean ? 'unclean' : 'online',
    isr: revert.isr,
    replicas: revert.replicas,
    addingReplicas: noReplicas,
    removingReplicas: noReplicas,
  };
}

function wantedToMove(
  state: ControllerState,
  partition: PartitionRegistration,
  target: ReplicaList,
  allowsOtherFactor: boolean,
): ApiError | WantedChange {
  const problem = assignmentProblem(state.cluster, target);
  if (problem !== undefined) return apiError('INVALID_REPLICA_ASSIGNMENT', problem);
  const factor = without(partition.replicas, partition.removingReplicas).length;
  if (!allowsOtherFactor && factor !== target.length) {
    const text = `The replication factor is changed from ${factor} to ${target.length}`;
    return apiError('INVALID_REPLICATION_FACTOR', text);
  }
  const { replicas, addingReplicas, removingReplicas } = planReassignment(
    partition.replicas,
    target,
  );
  // What is empty stays as it is in Kafka, also what an older reassignment has left there.
  return {
    election: 'online',
    ...(sameReplicas(replicas, partition.replicas) ? {} : { replicas }),
    ...(removingReplicas.length === 0 ? {} : { removingReplicas }),
    ...(addingReplicas.length === 0 ? {} : { addingReplicas }),
  };
}
