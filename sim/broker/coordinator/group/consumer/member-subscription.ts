import { compareTexts } from '../../../../protocol/compare-texts.ts';
import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import { type PartitionsByTopic } from '../assignor/group-spec.ts';
import { GroupRefusal } from '../group-refusal.ts';
import { type ConsumerGroup } from './consumer-group.ts';
import {
  type ConsumerMember,
  currentAssignmentRecord,
  memberRecord,
  newConsumerMember,
  staticLeaveEpoch,
  usesClassicProtocol,
} from './consumer-member.ts';
import { memberTombstones } from './consumer-records.ts';
import { epochRefusal, memberOf, staticMemberOf } from './member-validation.ts';
import { targetRecord } from './member-updates.ts';

/** Who asks to be a member, or says to be one. */
export interface Subscriber {
  readonly memberId: string;
  readonly instanceId: string | null;
  /** Whether a member may be made of it. */
  readonly mayJoin: boolean;
  /** Of the consumer protocol; undefined: a member of the classic one is not asked for its epoch. */
  readonly memberEpoch: number | undefined;
  /** What it says it owns; null if it says nothing. */
  readonly owned: PartitionsByTopic | null;
}

/** The member that a request comes from, made now if it is new (`getOrMaybeSubscribe…ConsumerGroupMember`). */
export function subscribedMember(
  group: ConsumerGroup,
  subscriber: Subscriber,
  records: CoordinatorRecord[],
): ConsumerMember | GroupRefusal {
  const { memberId, instanceId, mayJoin } = subscriber;
  if (instanceId === null) {
    const member =
      group.members.get(memberId) ??
      (mayJoin ? newConsumerMember(memberId) : memberOf(group, memberId, null));
    return withEpoch(member, subscriber);
  }
  if (!mayJoin) return withEpoch(staticMemberOf(group, memberId, instanceId), subscriber);
  const existing = group.staticMember(instanceId);
  if (existing === undefined) return group.members.get(memberId) ?? newConsumerMember(memberId);
  const refusal = releaseRefusal(existing, subscriber);
  if (refusal !== undefined) return refusal;
  const member = { ...existing, memberId, memberEpoch: 0, previousMemberEpoch: 0 };
  records.push(...replacement(group, existing, member));
  return member;
}

/** Sorted, and each once, as the log has them. */
export function topicNames(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort(compareTexts);
}

function withEpoch(
  member: ConsumerMember | GroupRefusal,
  { memberEpoch, owned }: Subscriber,
): ConsumerMember | GroupRefusal {
  if (member instanceof GroupRefusal || memberEpoch === undefined) return member;
  return epochRefusal(member, memberEpoch, owned) ?? member;
}

/** Among members of the consumer protocol, who is to be replaced must have left. */
function releaseRefusal(
  existing: ConsumerMember,
  { memberId, instanceId, memberEpoch }: Subscriber,
): GroupRefusal | undefined {
  const mayBeReplaced =
    memberEpoch === undefined ||
    usesClassicProtocol(existing) ||
    existing.memberEpoch === staticLeaveEpoch;
  if (mayBeReplaced) return undefined;
  return new GroupRefusal(
    'UNRELEASED_INSTANCE_ID',
    `Static member ${memberId} with instance id ${instanceId ?? ''} cannot join the group because the instance id is owned by ${existing.memberId} member.`,
  );
}

/** The new member has what the old one had. */
function replacement(
  group: ConsumerGroup,
  existing: ConsumerMember,
  member: ConsumerMember,
): CoordinatorRecord[] {
  const { groupId } = group;
  return [
    ...memberTombstones(groupId, existing.memberId),
    memberRecord(groupId, member),
    targetRecord(groupId, member.memberId, group.targetOf(existing.memberId)),
    currentAssignmentRecord(groupId, member),
  ];
}
