import { type ConsumerGroupHeartbeatRequest } from '../../../../protocol/messages/consumer-group-heartbeat-request.ts';
import { type PartitionsByTopic } from '../assignor/group-spec.ts';
import { GroupRefusal } from '../group-refusal.ts';
import { type ConsumerGroup } from './consumer-group.ts';
import { type ConsumerMember, leaveEpoch, staticLeaveEpoch } from './consumer-member.ts';

/** From here on a member makes its id itself (KIP-1082). */
const firstVersionWithOwnIds = 1;

/** What is wrong with a heartbeat whatever the group (`throwIfConsumerGroupHeartbeatRequestIsInvalid`). */
export function heartbeatRefusal(
  request: ConsumerGroupHeartbeatRequest,
  apiVersion: number,
  assignors: readonly string[],
): GroupRefusal | undefined {
  const { memberEpoch, serverAssignor } = request;
  const needsId =
    apiVersion >= firstVersionWithOwnIds || memberEpoch > 0 || memberEpoch === leaveEpoch;
  const wrong =
    (needsId ? emptyText(request.memberId, 'MemberId') : undefined) ??
    emptyText(request.groupId, 'GroupId') ??
    emptyText(request.instanceId, 'InstanceId') ??
    emptyText(request.rackId, 'RackId') ??
    epochFault(request);
  if (wrong !== undefined) return new GroupRefusal('INVALID_REQUEST', wrong);
  if (serverAssignor === null || assignors.includes(serverAssignor)) return undefined;
  const supported = assignors.join(', ');
  return new GroupRefusal(
    'UNSUPPORTED_ASSIGNOR',
    `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${supported}.`,
  );
}

function emptyText(value: string | null, name: string): string | undefined {
  return value?.trim() === '' ? `${name} can't be empty.` : undefined;
}

function epochFault(request: ConsumerGroupHeartbeatRequest): string | undefined {
  const { memberEpoch } = request;
  if (memberEpoch === 0) return joinFault(request);
  if (memberEpoch < staticLeaveEpoch) return 'MemberEpoch is invalid.';
  const lacksInstance = memberEpoch === staticLeaveEpoch && request.instanceId === null;
  return lacksInstance ? "InstanceId can't be null." : undefined;
}

function joinFault({
  rebalanceTimeoutMs,
  topicPartitions,
  subscribedTopicNames,
  subscribedTopicRegex,
}: ConsumerGroupHeartbeatRequest): string | undefined {
  if (rebalanceTimeoutMs === -1) return 'RebalanceTimeoutMs must be provided in first request.';
  if (topicPartitions?.length !== 0) return 'TopicPartitions must be empty when (re-)joining.';
  return subscribedTopicNames === null && subscribedTopicRegex === null
    ? 'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.'
    : undefined;
}

/**
 * Whether a member of the consumer protocol is of the epoch that it says
 * (`throwIfConsumerGroupMemberEpochIsInvalid`). At epoch 0 it begins anew. One that has missed the
 * answer with its new epoch may go on if it owns nothing but what is assigned to it.
 */
export function epochRefusal(
  member: ConsumerMember,
  receivedEpoch: number,
  owned: PartitionsByTopic | null,
): GroupRefusal | undefined {
  const { memberEpoch, previousMemberEpoch } = member;
  if (receivedEpoch === 0 || receivedEpoch === memberEpoch) return undefined;
  const isBehind = receivedEpoch < memberEpoch;
  if (isBehind && receivedEpoch === previousMemberEpoch && ownsOnlyAssigned(owned, member)) {
    return undefined;
  }
  const differs = isBehind ? 'smaller' : 'greater';
  return new GroupRefusal(
    'FENCED_MEMBER_EPOCH',
    `The consumer group member has a ${differs} member epoch (${receivedEpoch}) than the one known by the group coordinator (${memberEpoch}). The member must abandon all its partitions and rejoin.`,
  );
}

function ownsOnlyAssigned(owned: PartitionsByTopic | null, { assigned }: ConsumerMember): boolean {
  if (owned === null) return false;
  for (const [topicId, partitions] of owned) {
    const ofTopic = assigned.get(topicId);
    if (ofTopic === undefined) return false;
    for (const partition of partitions) if (!ofTopic.has(partition)) return false;
  }
  return true;
}

/** The member of that id, and of that instance if it is static. */
export function memberOf(
  group: ConsumerGroup,
  memberId: string,
  instanceId: string | null,
): ConsumerMember | GroupRefusal {
  if (instanceId === null) return group.members.get(memberId) ?? unknownMember(group, memberId);
  return staticMemberOf(group, memberId, instanceId);
}

/** The static member of that instance; an operator gives no member id. */
export function staticMemberOf(
  group: ConsumerGroup,
  memberId: string,
  instanceId: string,
): ConsumerMember | GroupRefusal {
  const member = group.staticMember(instanceId);
  if (member === undefined) {
    return new GroupRefusal('UNKNOWN_MEMBER_ID', `Instance id ${instanceId} is unknown.`);
  }
  if (memberId === member.memberId) return member;
  return new GroupRefusal(
    'FENCED_INSTANCE_ID',
    `Static member ${memberId} with instance id ${instanceId} was fenced by member ${member.memberId}.`,
  );
}

/** A group that is full takes nobody in whom it does not know. */
export function sizeRefusal(
  group: ConsumerGroup,
  memberId: string,
  maxSize: number,
): GroupRefusal | undefined {
  if (group.members.size < maxSize || group.members.has(memberId)) return undefined;
  return new GroupRefusal(
    'GROUP_MAX_SIZE_REACHED',
    `The consumer group has reached its maximum capacity of ${maxSize} members.`,
  );
}

function unknownMember({ groupId }: ConsumerGroup, memberId: string): GroupRefusal {
  return new GroupRefusal(
    'UNKNOWN_MEMBER_ID',
    `Member ${memberId} is not a member of group ${groupId}.`,
  );
}
