import {
  type ListPartitionReassignmentsRequest,
  type ListPartitionReassignmentsTopics,
} from '../protocol/messages/list-partition-reassignments-request.ts';
import {
  type ListPartitionReassignmentsResponse,
  type OngoingPartitionReassignment,
} from '../protocol/messages/list-partition-reassignments-response.ts';
import { type ControllerResult, immediate } from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';
import { isReassigning } from './partition-registration.ts';
import { type Topic } from './topics-state.ts';

/**
 * Which partitions are being moved (KIP-455). Simplified: what is not committed yet is shown, too;
 * Kafka reads the state as of the last committed record.
 */
export function listReassignments(
  { topics: known }: ControllerState,
  { topics: asked }: ListPartitionReassignmentsRequest,
): ControllerResult<ListPartitionReassignmentsResponse> {
  const listed =
    asked === null
      ? [...known.all()].map((topic) => reassignmentsOf(topic, topic.partitions.keys()))
      : asked.map((topic) => askedReassignments(known.named(topic.name), topic));
  const topics = listed.filter(({ partitions }) => partitions.length > 0);
  return immediate({ throttleTimeMs: 0, errorCode: 'NONE', errorMessage: null, topics });
}

interface TopicReassignments {
  readonly name: string;
  readonly partitions: readonly OngoingPartitionReassignment[];
}

function askedReassignments(
  topic: Topic | undefined,
  { name, partitionIndexes }: ListPartitionReassignmentsTopics,
): TopicReassignments {
  return topic === undefined ? { name, partitions: [] } : reassignmentsOf(topic, partitionIndexes);
}

function reassignmentsOf(topic: Topic, partitionIds: Iterable<number>): TopicReassignments {
  const partitions: OngoingPartitionReassignment[] = [];
  for (const partitionIndex of partitionIds) {
    const partition = topic.partitions.get(partitionIndex);
    if (partition === undefined || !isReassigning(partition)) continue;
    const { replicas, addingReplicas, removingReplicas } = partition;
    partitions.push({ partitionIndex, replicas, addingReplicas, removingReplicas });
  }
  return { name: topic.name, partitions };
}
