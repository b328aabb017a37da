import { type Uuid } from '../../../../protocol/uuid.ts';
import { compareTexts } from '../../../../protocol/compare-texts.ts';
import { timelineMapOrder } from '../../../../protocol/java-hash.ts';
import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import { groupAssignors } from '../assignor/group-assignors.ts';
import { type PartitionsByTopic } from '../assignor/group-spec.ts';
import { GroupRefusal } from '../group-refusal.ts';
import { type GroupTopics } from '../group-topics.ts';
import { type ConsumerGroup } from './consumer-group.ts';
import {
  areSameAssignments,
  areSameDescriptions,
  areSameTexts,
  type ConsumerMember,
  currentAssignmentRecord,
  isReconciledTo,
  memberRecord,
  usesClassicProtocol,
} from './consumer-member.ts';
import { type GroupSwitches } from '../group-switches.ts';
import { consumerGroupRecord, groupEpochRecord } from './consumer-records.ts';
import { type ConsumerSettings } from './consumer-settings.ts';
import { type MemberTimers } from './member-timers.ts';
import { reconcileMember } from './reconcile-member.ts';
import { topicsOfMember } from './subscriptions.ts';
import { changedTargets, type SubscribedMember } from './target-assignment.ts';

/** What a request of a member is about to change. */
export interface MemberChange {
  /** As it is. */
  readonly group: ConsumerGroup;
  /** As it is, or as it takes the place of another. */
  readonly member: ConsumerMember;
  /** As the request describes it. */
  readonly updated: ConsumerMember;
  /** What is to be written. */
  readonly records: CoordinatorRecord[];
}

/** To which epoch a change has brought the group. */
export interface GroupEpoch {
  readonly groupEpoch: number;
  readonly isHomogeneous: boolean;
}

/** What a member is to come to. */
export interface MemberTarget {
  readonly targetEpoch: number;
  readonly target: PartitionsByTopic;
}

export interface MemberUpdateParts {
  readonly topics: GroupTopics;
  readonly settings: ConsumerSettings;
  readonly timers: MemberTimers;
  readonly wallClockMs: () => number;
  readonly switches: GroupSwitches;
}

/**
 * What follows from a request of a member, in three steps: the group gets a new epoch, a new target,
 * and the member its next assignment (`GroupMetadataManager.consumerGroupHeartbeat`).
 */
export class MemberUpdates {
  readonly #parts: MemberUpdateParts;

  constructor(parts: MemberUpdateParts) {
    this.#parts = parts;
  }

  /** Writes what the member says of itself; whether it names other topics than before. */
  describe({ group, member, updated, records }: MemberChange): boolean {
    if (areSameDescriptions(member, updated)) return false;
    records.push(memberRecord(group.groupId, updated));
    return !areSameTexts(member.subscribedTopicNames, updated.subscribedTopicNames);
  }

  /** @param isBumped Whether the epoch grows in any case; else it does if the topics have changed. */
  advanceEpoch({ group, updated, records }: MemberChange, isBumped: boolean): GroupEpoch {
    const { topics, wallClockMs } = this.#parts;
    const nowMs = wallClockMs();
    const { groupId, groupEpoch, refresh } = group;
    if (!isBumped && !refresh.isDue(nowMs, groupEpoch)) return group;
    const next = group.withMember(updated);
    const metadataHash = topics.hashOf(next.subscribedTopics);
    const grows = isBumped || metadataHash !== group.content.metadataHash;
    const nextEpoch = grows ? groupEpoch + 1 : groupEpoch;
    if (grows) records.push(groupEpochRecord(groupId, nextEpoch, metadataHash));
    refresh.done(nowMs, nextEpoch);
    return { groupEpoch: nextEpoch, isHomogeneous: next.isHomogeneous };
  }

  /** A new target if the epoch has grown and the last is old enough (KIP-1263); else the last one. */
  updateTarget(
    change: MemberChange,
    { groupEpoch, isHomogeneous }: GroupEpoch,
  ): MemberTarget | GroupRefusal {
    const { group, updated, records } = change;
    const { groupId, assignmentEpoch } = group;
    if (assignmentEpoch >= groupEpoch || !this.#mayAssign(group)) return lastTarget(group, updated);

    const { topics, wallClockMs, settings } = this.#parts;
    const next = group.withMember(updated);
    const name = nextAssignor(change) ?? settings.assignors[0] ?? '';
    const assignor = groupAssignors.get(name);
    if (assignor === undefined) return new GroupRefusal('UNKNOWN_SERVER_ERROR');
    const members = subscribedMembers(group, next);
    const { targets } = group.content;
    const changes = changedTargets({ members, isHomogeneous }, targets, assignor, topics);
    if (changes.kind === 'refused') return new GroupRefusal('UNKNOWN_SERVER_ERROR');
    for (const [memberId, target] of changes.changed) {
      records.push(targetRecord(groupId, memberId, target));
    }
    const value = { assignmentEpoch: groupEpoch, assignmentTimestampMs: wallClockMs() };
    const type = 'ConsumerGroupTargetAssignmentMetadata';
    records.push(consumerGroupRecord({ type, groupId, value }));
    const target = changes.changed.get(updated.memberId) ?? group.targetOf(updated.memberId);
    return { targetEpoch: groupEpoch, target };
  }

  /** @param owned What the member says it owns; null if it says nothing. */
  reconcile(
    { group, updated, records }: MemberChange,
    { targetEpoch, target }: MemberTarget,
    {
      hasSubscriptionChanged,
      owned,
    }: { readonly hasSubscriptionChanged: boolean; readonly owned: PartitionsByTopic | null },
  ): ConsumerMember {
    if (!hasSubscriptionChanged && isReconciledTo(updated, targetEpoch)) return updated;
    const { timers, topics } = this.#parts;
    const { groupId } = group;
    const subscribedTopicIds = new Set<Uuid>();
    for (const topic of topicsOfMember(updated, group.content.expressions)) {
      const topicId = topics.topicIdOf(topic);
      if (topicId !== undefined) subscribedTopicIds.add(topicId);
    }
    const assignment = reconcileMember(updated, {
      targetEpoch,
      target,
      subscribedTopicIds,
      hasSubscriptionChanged,
      owned,
      currentEpochOf: (topicId, partition) => group.partitionEpoch(topicId, partition),
    });
    if (areSameAssignments(updated, assignment)) return updated;
    const reconciled = { ...updated, ...assignment };
    records.push(currentAssignmentRecord(groupId, reconciled));
    if (usesClassicProtocol(reconciled)) return reconciled;
    if (reconciled.state === 'UNREVOKED_PARTITIONS') timers.startRebalance(groupId, reconciled);
    else timers.cancelRebalance(groupId, reconciled.memberId);
    return reconciled;
  }

  /**
   * The first target, and one of which nobody knows how old it is, may be replaced at once
   * (`GroupMetadataManager.canComputeNextTargetAssignment`). What is known is the wall clock of the coordinator
   * that has computed it, which may be another one.
   */
  #mayAssign({ groupId, content }: ConsumerGroup): boolean {
    const { settings, wallClockMs, switches } = this.#parts;
    const { assignmentTimestampMs } = content;
    if (assignmentTimestampMs === 0) return true;
    const intervalMs = settings.configOf(groupId).consumerAssignmentIntervalMs;
    const nowMs = wallClockMs();
    if (switches.targetsOfTheFutureAreOld && nowMs < assignmentTimestampMs) return true;
    return intervalMs === 0 || nowMs >= assignmentTimestampMs + intervalMs;
  }
}

/** What is in force: for a static member that is back, what its predecessor was to have. */
export function lastTarget(
  group: ConsumerGroup,
  { memberId, instanceId }: ConsumerMember,
): MemberTarget {
  const holder = instanceId === null ? memberId : group.staticMember(instanceId)?.memberId;
  return { targetEpoch: group.assignmentEpoch, target: group.targetOf(holder ?? '') };
}

export function targetRecord(
  groupId: string,
  memberId: string,
  target: PartitionsByTopic,
): CoordinatorRecord {
  const value = [...target].map(([topicId, partitions]) => {
    return { topicId, partitions: [...partitions] };
  });
  return consumerGroupRecord({
    type: 'ConsumerGroupTargetAssignmentMember',
    groupId,
    memberId,
    value,
  });
}

/** The assignor that most members ask for, if any does (`ConsumerGroup.preferredServerAssignor`). */
export function preferredAssignor(group: ConsumerGroup): string | undefined {
  return mostVoted(assignorVotes(group));
}

/**
 * The same with the vote of the member that is being changed
 * (`ConsumerGroup.computePreferredServerAssignor`). On equal votes it is not always the one that is
 * preferred afterwards: a name that only this member votes for is put before the others, since the
 * names of Kafka's two assignors share a bucket of a `HashMap`.
 */
function nextAssignor({ group, member, updated }: MemberChange): string | undefined {
  const votes = assignorVotes(group);
  const [before, after] = [member.serverAssignor, updated.serverAssignor];
  if (before !== null) {
    const left = (votes.get(before) ?? 0) - 1;
    if (left > 0) votes.set(before, left);
    else votes.delete(before);
  }
  if (after === null) return mostVoted(votes);
  const others = votes.get(after);
  if (others === undefined) return mostVoted(new Map([[after, 1], ...votes]));
  return mostVoted(votes.set(after, others + 1));
}

function assignorVotes({ members }: ConsumerGroup): Map<string, number> {
  const votes = new Map<string, number>();
  for (const { serverAssignor } of members.values()) {
    if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1);
  }
  return new Map(timelineMapOrder([...votes.keys()]).map((name) => [name, votes.get(name) ?? 0]));
}

/** The first one of those with most votes. */
function mostVoted(votes: ReadonlyMap<string, number>): string | undefined {
  let preferred: string | undefined = undefined;
  let most = 0;
  for (const [name, count] of votes) if (count > most) [preferred, most] = [name, count];
  return preferred;
}

/** In an order that does not depend on the log: Kafka's is that of the ids' hashes. */
function subscribedMembers(group: ConsumerGroup, next: ConsumerGroup): SubscribedMember[] {
  return [...next.members.values()]
    .sort((one, other) => compareTexts(one.memberId, other.memberId))
    .map((member) => {
      const { memberId, instanceId } = member;
      const holder = group.staticMember(instanceId)?.memberId ?? memberId;
      return {
        memberId,
        instanceId,
        subscribedTopics: topicsOfMember(member, group.content.expressions),
        assigned: group.targetOf(holder),
      };
    });
}
