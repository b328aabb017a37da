import { type Uuid } from '../../../../protocol/uuid.ts';
import { ReplayError } from '../../runtime/coordinator-operation.ts';
import { type AssignedEpochs, type MemberAssignment } from './member-assignment.ts';

/** The epoch of the member that holds each partition, assigned or yet to be given up. */
export type PartitionEpochs = ReadonlyMap<Uuid, ReadonlyMap<number, number>>;

/**
 * The epochs when a member has changed from one state to another, of which either may be missing
 * (`ConsumerGroup.maybeUpdatePartitionEpoch`). What another member has taken meanwhile is left to it.
 * @throws {ReplayError} If another member holds a partition in the same epoch or in a later one.
 */
export function changedPartitionEpochs(
  epochs: PartitionEpochs,
  before: MemberAssignment | undefined,
  after: MemberAssignment | undefined,
): PartitionEpochs {
  const holders = [before?.assigned, before?.pendingRevocation, after?.assigned];
  const touched = new Set([...holders, after?.pendingRevocation].flatMap(topicsOf));
  if (touched.size === 0) return epochs;
  const changed = new Map<Uuid, Map<number, number>>();
  for (const topicId of touched) changed.set(topicId, new Map(epochs.get(topicId)));
  if (before !== undefined) {
    remove(changed, before.assigned, before.memberEpoch);
    remove(changed, before.pendingRevocation, before.memberEpoch);
  }
  if (after !== undefined) {
    add(changed, after.assigned, after.memberEpoch);
    add(changed, after.pendingRevocation, after.memberEpoch);
  }
  const all = new Map([...epochs, ...changed]);
  for (const [topicId, partitions] of changed) if (partitions.size === 0) all.delete(topicId);
  return all;
}

function topicsOf(partitions: AssignedEpochs | undefined): Uuid[] {
  return partitions === undefined ? [] : [...partitions.keys()];
}

function remove(
  epochs: ReadonlyMap<Uuid, Map<number, number>>,
  held: AssignedEpochs,
  memberEpoch: number,
): void {
  for (const [topicId, partitions] of held) {
    const ofTopic = epochs.get(topicId);
    for (const partition of partitions.keys()) {
      if (ofTopic?.get(partition) === memberEpoch) ofTopic.delete(partition);
    }
  }
}

function add(
  epochs: ReadonlyMap<Uuid, Map<number, number>>,
  held: AssignedEpochs,
  memberEpoch: number,
): void {
  for (const [topicId, partitions] of held) {
    const ofTopic = epochs.get(topicId);
    for (const partition of partitions.keys()) {
      const current = ofTopic?.get(partition);
      if (current !== undefined && current >= memberEpoch) {
        throw new ReplayError(`two members hold partition ${partition} of ${topicId}`);
      }
      ofTopic?.set(partition, memberEpoch);
    }
  }
}
