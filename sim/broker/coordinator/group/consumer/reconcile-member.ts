import { type Uuid } from '../../../../protocol/uuid.ts';
import { type PartitionsByTopic } from '../assignor/group-spec.ts';
import { type AssignedEpochs, type MemberAssignment } from './member-assignment.ts';

/** What a member is to come to, and what stands in its way. */
export interface Reconciliation {
  readonly targetEpoch: number;
  readonly target: PartitionsByTopic;
  readonly subscribedTopicIds: ReadonlySet<Uuid>;
  /** Whether the subscription has changed with the heartbeat that is being answered. */
  readonly hasSubscriptionChanged: boolean;
  /** What the member says it owns; null if its heartbeat does not say. */
  readonly owned: PartitionsByTopic | null;
  /** The epoch of the member that holds a partition, assigned or to be revoked; -1 if it is free. */
  readonly currentEpochOf: (topicId: Uuid, partition: number) => number;
}

/**
 * The next step of a member towards its target, `member` itself if it has to wait
 * (`CurrentAssignmentBuilder`, KIP-848): first it gives up what is not in the target, then it comes
 * to the target epoch and gets what is free, and the rest as others give it up.
 */
export function reconcileMember(
  member: MemberAssignment,
  reconciliation: Reconciliation,
): MemberAssignment {
  const { targetEpoch, hasSubscriptionChanged, owned } = reconciliation;
  const mustWait =
    member.state === 'STABLE'
      ? member.memberEpoch === targetEpoch
      : member.state === 'UNREVOKED_PARTITIONS' && ownsAny(owned, member.pendingRevocation);
  if (!mustWait) return nextAssignment(member, reconciliation);
  return hasSubscriptionChanged ? withoutUnsubscribed(member, reconciliation) : member;
}

/** A member that does not say what it owns may own everything. */
function ownsAny(owned: PartitionsByTopic | null, partitions: AssignedEpochs): boolean {
  if (owned === null) return true;
  for (const [topicId, ofTopic] of owned) {
    const sought = partitions.get(topicId);
    if (sought === undefined) continue;
    for (const partition of ofTopic) if (sought.has(partition)) return true;
  }
  return false;
}

/** Topics that the member no longer subscribes to are to be given up at once, before a new target. */
function withoutUnsubscribed(
  member: MemberAssignment,
  { subscribedTopicIds, owned }: Reconciliation,
): MemberAssignment {
  const assigned = new Map(member.assigned);
  const pendingRevocation = new Map(member.pendingRevocation);
  for (const [topicId, partitions] of member.assigned) {
    if (subscribedTopicIds.has(topicId)) continue;
    assigned.delete(topicId);
    const pending = pendingRevocation.get(topicId) ?? [];
    pendingRevocation.set(topicId, new Map([...pending, ...partitions]));
  }
  if (assigned.size === member.assigned.size) return member;

  const { memberEpoch } = member;
  const changed = { ...member, previousMemberEpoch: memberEpoch, assigned };
  // What the member does not own any more needs no revocation.
  if (!ownsAny(owned, pendingRevocation)) return changed;
  return { ...changed, state: 'UNREVOKED_PARTITIONS', pendingRevocation };
}

function nextAssignment(
  member: MemberAssignment,
  reconciliation: Reconciliation,
): MemberAssignment {
  const { memberEpoch } = member;
  const { kept, revoked } = split(member.assigned, reconciliation);
  if (revoked.size > 0 && ownsAny(reconciliation.owned, revoked)) {
    return {
      state: 'UNREVOKED_PARTITIONS',
      memberEpoch,
      previousMemberEpoch: memberEpoch,
      assigned: kept,
      pendingRevocation: revoked,
    };
  }
  const isAllFree = addFree(kept, member, reconciliation);
  return {
    state: isAllFree ? 'STABLE' : 'UNRELEASED_PARTITIONS',
    memberEpoch: reconciliation.targetEpoch,
    previousMemberEpoch: memberEpoch,
    assigned: kept,
    pendingRevocation: new Map(),
  };
}

type Partitions = Map<Uuid, Map<number, number>>;

/** What is assigned and stays so, and what does not. */
function split(
  assigned: AssignedEpochs,
  { target, subscribedTopicIds }: Reconciliation,
): { readonly kept: Partitions; readonly revoked: Partitions } {
  const kept: Partitions = new Map();
  const revoked: Partitions = new Map();
  for (const [topicId, partitions] of assigned) {
    const wanted = subscribedTopicIds.has(topicId) ? target.get(topicId) : undefined;
    for (const [partition, epoch] of partitions) {
      put(wanted?.has(partition) === true ? kept : revoked, { topicId, partition, epoch });
    }
  }
  return { kept, revoked };
}

/** Adds what is in the target and nobody else's; false if something of it is. */
function addFree(
  assigned: Partitions,
  member: MemberAssignment,
  { target, targetEpoch, subscribedTopicIds, currentEpochOf }: Reconciliation,
): boolean {
  let isAllFree = true;
  for (const [topicId, partitions] of target) {
    if (!subscribedTopicIds.has(topicId)) continue;
    // What the member itself has yet to give up, it may as well keep.
    const own = member.pendingRevocation.get(topicId);
    for (const partition of partitions) {
      if (assigned.get(topicId)?.has(partition) === true) continue;
      const isFree = currentEpochOf(topicId, partition) === -1 || own?.has(partition) === true;
      if (isFree) put(assigned, { topicId, partition, epoch: targetEpoch });
      else isAllFree = false;
    }
  }
  return isAllFree;
}

function put(
  partitions: Partitions,
  added: { readonly topicId: Uuid; readonly partition: number; readonly epoch: number },
): void {
  const ofTopic = partitions.get(added.topicId);
  if (ofTopic !== undefined) ofTopic.set(added.partition, added.epoch);
  else partitions.set(added.topicId, new Map([[added.partition, added.epoch]]));
}
