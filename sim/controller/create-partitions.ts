import { firstInTimelineMap } from '../protocol/java-hash.ts';
import {
  type CreatePartitionsRequest,
  type CreatePartitionsTopic,
} from '../protocol/messages/create-partitions-request.ts';
import {
  type CreatePartitionsResponse,
  type CreatePartitionsTopicResult,
} from '../protocol/messages/create-partitions-response.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import {
  type ApiError,
  apiError,
  type ControllerResult,
  decided,
  immediate,
  noError,
} from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';
import { assignmentProblem, newPartition } from './manual-assignment.ts';
import { partitionRecord } from './partition-registration.ts';
import { type ReplicaPlacer } from './placement.ts';
import { type ReplicaList } from './replica-lists.ts';
import { type Topic } from './topics-state.ts';

/** Adds partitions to topics. */
export function createPartitions(
  state: ControllerState,
  placer: ReplicaPlacer,
  request: CreatePartitionsRequest,
): ControllerResult<CreatePartitionsResponse> {
  const single = new Map<string, CreatePartitionsTopic>();
  const repeated = new Set<string>();
  for (const topic of request.topics) {
    if (single.has(topic.name)) repeated.add(topic.name);
    else single.set(topic.name, topic);
  }
  const records: MetadataRecord[] = [];
  const results: CreatePartitionsTopicResult[] = [];
  for (const name of repeated) {
    results.push(resultOf(name, apiError('INVALID_REQUEST', 'Duplicate topic name.')));
    single.delete(name);
  }
  for (const [name, wanted] of single) {
    results.push(resultOf(name, addPartitions(state, placer, wanted, records)));
  }
  const body: CreatePartitionsResponse = { throttleTimeMs: 0, results };
  if (single.size === 0) return immediate(body);
  return decided(request.validateOnly ? [] : records, body, { isAtomic: true });
}

function resultOf(name: string, { error, message }: ApiError): CreatePartitionsTopicResult {
  return { name, errorCode: error, errorMessage: message };
}

function addPartitions(
  state: ControllerState,
  placer: ReplicaPlacer,
  wanted: CreatePartitionsTopic,
  records: MetadataRecord[],
): ApiError {
  const topic = state.topics.named(wanted.name);
  if (topic === undefined) return apiError('UNKNOWN_TOPIC_OR_PARTITION');
  const countProblem = countProblemOf(wanted, topic.partitions.size);
  if (countProblem !== undefined) return countProblem;

  const assignments = assignmentsFor(state, placer, wanted, topic);
  if ('error' in assignments) return assignments;
  const added: MetadataRecord[] = [];
  for (const [index, replicas] of assignments.entries()) {
    const partition = newPartition(state.cluster, replicas);
    const partitionId = topic.partitions.size + index;
    if (partition === undefined) return nobodyInSync(wanted, partitionId, replicas.length);
    added.push(partitionRecord(topic.id, partitionId, partition));
  }
  records.push(...added);
  return noError;
}

function countProblemOf(
  { name, count, assignments }: CreatePartitionsTopic,
  existing: number,
): ApiError | undefined {
  if (count === existing) {
    return apiError('INVALID_PARTITIONS', `Topic already has ${existing} partition(s).`);
  }
  if (count < existing) {
    const text = `The topic ${name} currently has ${existing} partition(s); ${count} would not be an increase.`;
    return apiError('INVALID_PARTITIONS', text);
  }
  const additional = count - existing;
  if (assignments === null || assignments.length === additional) return undefined;
  const text = `Attempted to add ${additional} additional partition(s), but only ${assignments.length} assignment(s) were specified.`;
  return apiError('INVALID_REPLICA_ASSIGNMENT', text);
}

function assignmentsFor(
  { cluster }: ControllerState,
  placer: ReplicaPlacer,
  { count, assignments }: CreatePartitionsTopic,
  topic: Topic,
): ApiError | readonly ReplicaList[] {
  // Where the partitions differ in this, as one moved alone may do, Kafka's hash order decides.
  const model = topic.partitions.get(firstInTimelineMap(topic.partitions.size));
  const replicationFactor = model?.replicas.length ?? 0;
  if (assignments === null) {
    const placement = placer.place(count - topic.partitions.size, replicationFactor);
    if (placement.kind === 'placed') return placement.assignments;
    return apiError('INVALID_REPLICATION_FACTOR', placement.message);
  }
  for (const { brokerIds } of assignments) {
    const problem = assignmentProblem(cluster, brokerIds, replicationFactor);
    if (problem !== undefined) return apiError('INVALID_REPLICA_ASSIGNMENT', problem);
  }
  return assignments.map(({ brokerIds }) => brokerIds);
}

function nobodyInSync(
  { assignments }: CreatePartitionsTopic,
  partitionId: number,
  replicationFactor: number,
): ApiError {
  if (assignments !== null) {
    const text = `All brokers specified in the manual partition assignment for partition ${partitionId} are fenced or in controlled shutdown.`;
    return apiError('INVALID_REPLICA_ASSIGNMENT', text);
  }
  const why = 'All brokers are currently fenced or in controlled shutdown.';
  const text = `Unable to replicate the partition ${replicationFactor} time(s): ${why}`;
  return apiError('INVALID_REPLICATION_FACTOR', text);
}
