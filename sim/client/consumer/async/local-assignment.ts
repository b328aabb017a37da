import { type TopicPartitions } from '../../../protocol/messages/consumer-group-heartbeat-response.ts';
import { type Uuid } from '../../../protocol/uuid.ts';

/**
 * An assignment as this member counts them (`AbstractMembershipManager.LocalAssignment`): two with the
 * same partitions are not the same if there was another between them.
 */
export interface LocalAssignment {
  /** -1: none. */
  readonly localEpoch: number;
  /** By topic id, in ascending order. */
  readonly partitions: ReadonlyMap<Uuid, readonly number[]>;
}

export const noAssignment: LocalAssignment = { localEpoch: -1, partitions: new Map() };

export function isNone({ localEpoch }: LocalAssignment): boolean {
  return localEpoch < 0;
}

export function isSameAssignment(one: LocalAssignment, other: LocalAssignment): boolean {
  return one.localEpoch === other.localEpoch && hasSamePartitions(one, other);
}

export function hasSamePartitions(
  { partitions: one }: LocalAssignment,
  { partitions: other }: LocalAssignment,
): boolean {
  if (one.size !== other.size) return false;
  for (const [topicId, numbers] of one) {
    const others = other.get(topicId);
    if (others?.length !== numbers.length) return false;
    if (numbers.some((number, index) => number !== others[index])) return false;
  }
  return true;
}

/** The assignment after one with these partitions has come; the same one if it says nothing new. */
export function updated(
  assignment: LocalAssignment,
  topics: readonly TopicPartitions[],
): LocalAssignment {
  const partitions = new Map<Uuid, readonly number[]>();
  for (const { topicId, partitions: numbers } of topics) {
    partitions.set(
      topicId,
      [...new Set(numbers)].sort((one, other) => one - other),
    );
  }
  const next = { localEpoch: assignment.localEpoch + 1, partitions };
  return !isNone(assignment) && hasSamePartitions(assignment, next) ? assignment : next;
}
