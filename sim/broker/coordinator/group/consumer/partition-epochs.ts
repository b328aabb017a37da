import { type Uuid } from '../../../../protocol/uuid.ts';
import { ReplayError } from '../../runtime/coordinator-operation.ts';
import { type AssignedEpochs, areSameEpochs, type MemberAssignment } from './member-assignment.ts';

/** The epoch of the member that holds each partition, assigned or yet to be given up. */
export type PartitionEpochs = ReadonlyMap<Uuid, ReadonlyMap<number, number>>;

/** How the epochs change with a member, of which either state may be missing. */
export type EpochBookkeeping = (
  epochs: PartitionEpochs,
  before: MemberAssignment | undefined,
  after: MemberAssignment | undefined,
) => PartitionEpochs;

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

/**
 * As Kafka had it before KAFKA-19862: what a member gives up must be its own.
 * @throws {ReplayError} Also if it is not.
 */
export function strictlyChangedPartitionEpochs(
  epochs: PartitionEpochs,
  before: MemberAssignment | undefined,
  after: MemberAssignment | undefined,
): PartitionEpochs {
  if (before !== undefined) {
    checkHeld(epochs, before.assigned, before.memberEpoch);
    checkHeld(epochs, before.pendingRevocation, before.memberEpoch);
  }
  return changedPartitionEpochs(epochs, before, after);
}

/**
 * As Kafka had it before KAFKA-16147: what moves from yet to be given up to assigned is first added and
 * then removed, and who holds a partition is not looked at.
 */
export function looselyChangedPartitionEpochs(
  epochs: PartitionEpochs,
  before: MemberAssignment | undefined,
  after: MemberAssignment | undefined,
): PartitionEpochs {
  const changed = new Map([...epochs].map(([topicId, ofTopic]) => [topicId, new Map(ofTopic)]));
  const memberEpoch = after?.memberEpoch ?? leaveEpoch;
  replaceLoosely(changed, [before?.assigned ?? none, after?.assigned ?? none], memberEpoch);
  const pending = [before?.pendingRevocation ?? none, after?.pendingRevocation ?? none] as const;
  replaceLoosely(changed, pending, memberEpoch);
  return changed;
}

const none: AssignedEpochs = new Map();
const leaveEpoch = -1;

function replaceLoosely(
  epochs: Map<Uuid, Map<number, number>>,
  [before, after]: readonly [AssignedEpochs, AssignedEpochs],
  memberEpoch: number,
): void {
  if (areSameEpochs(before, after)) return;
  for (const [topicId, partitions] of before) {
    for (const partition of partitions.keys()) epochs.get(topicId)?.delete(partition);
  }
  for (const [topicId, partitions] of after) {
    const ofTopic = epochs.get(topicId) ?? new Map<number, number>();
    epochs.set(topicId, ofTopic);
    for (const partition of partitions.keys()) ofTopic.set(partition, memberEpoch);
  }
}

function checkHeld(epochs: PartitionEpochs, held: AssignedEpochs, memberEpoch: number): void {
  for (const [topicId, partitions] of held) {
    const ofTopic = epochs.get(topicId);
    for (const partition of partitions.keys()) {
      if (ofTopic?.get(partition) === memberEpoch) continue;
      throw new ReplayError(`another member holds partition ${partition} of ${topicId}`);
    }
  }
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
