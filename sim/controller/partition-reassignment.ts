import {
  ascending,
  containsAll,
  noReplicas,
  type ReplicaList,
  sameReplicas,
  without,
} from './replica-lists.ts';
import { type PartitionRegistration } from './partition-registration.ts';

/** An assignment on its way to another one (KIP-455). */
export interface Reassignment {
  /** The target, then those that will go. */
  readonly replicas: ReplicaList;
  readonly addingReplicas: ReplicaList;
  readonly removingReplicas: ReplicaList;
}

/**
 * The way from `current` to `target`. It is relative to the current replicas, so that a second
 * reassignment takes the place of a running one.
 */
export function planReassignment(current: ReplicaList, target: ReplicaList): Reassignment {
  const removingReplicas = ascending(without(current, target));
  return {
    replicas: [...target, ...removingReplicas],
    addingReplicas: ascending(without(target, current)),
    removingReplicas,
  };
}

export interface AssignmentAndIsr {
  readonly replicas: ReplicaList;
  readonly isr: ReplicaList;
}

/**
 * Replicas and ISR when the reassignment may complete with this ISR; `undefined` while it must wait.
 * - All that are being added have to be in sync.
 * - If the replication factor shrinks, so do all of the target: else the ISR could shrink for nothing.
 * @see KAFKA-15665; `completesEarly` is before it: one of the added ones is enough.
 */
export function completeReassignment(
  { replicas, addingReplicas, removingReplicas }: Reassignment,
  isr: ReplicaList,
  completesEarly: boolean,
): AssignmentAndIsr | undefined {
  if (addingReplicas.length === 0 && removingReplicas.length === 0) return undefined;

  const targetIsr = without(isr, removingReplicas);
  const targetReplicas = without(replicas, removingReplicas);
  if (removingReplicas.length > 0 && (targetIsr.length === 0 || targetReplicas.length === 0)) {
    return undefined;
  }
  const isComplete = completesEarly ? containsAnyOrNone : containsAll;
  if (!isComplete(targetIsr, addingReplicas)) return undefined;
  const shrinks = addingReplicas.length < removingReplicas.length;
  if (shrinks && !completesEarly && !containsAll(targetIsr, targetReplicas)) return undefined;
  return { replicas: targetReplicas, isr: targetIsr };
}

function containsAnyOrNone(list: ReplicaList, members: ReplicaList): boolean {
  return members.length === 0 || members.some((member) => list.includes(member));
}

export interface Revert extends AssignmentAndIsr {
  /** No one of the ISR stays, so that the first remaining replica is declared in sync. */
  readonly isUnclean: boolean;
}

/**
 * Replicas and ISR after a running reassignment is cancelled; `undefined` if no replica would remain
 * (`PartitionReassignmentRevert`).
 */
export function revertReassignment(partition: PartitionRegistration): Revert | undefined {
  const replicas = without(partition.replicas, partition.addingReplicas);
  const isr = without(partition.isr, partition.addingReplicas);
  if (isr.length > 0) return { replicas, isr, isUnclean: false };

  const first = replicas[0];
  return first === undefined ? undefined : { replicas, isr: [first], isUnclean: true };
}

/** Whether `next` is `previous` with its reassignment cancelled although no one of its ISR stays. */
export function wasRevertedUncleanly(
  previous: PartitionRegistration,
  next: PartitionRegistration,
): boolean {
  const { addingReplicas, isr } = previous;
  if (sameReplicas(addingReplicas, noReplicas) || !containsAll(addingReplicas, isr)) return false;
  return sameReplicas(next.replicas, without(previous.replicas, addingReplicas));
}
