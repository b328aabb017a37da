import { type ErrorName } from '../../../protocol/errors.ts';
import {
  type Assignment,
  type DescribedGroup,
  type Member,
} from '../../../protocol/messages/consumer-group-describe-response.ts';
import { type Uuid } from '../../../protocol/uuid.ts';
import { notAsked } from '../../handlers/authorized-operations.ts';
import { type PartitionsByTopic } from './assignor/group-spec.ts';
import { type ConsumerGroup } from './consumer/consumer-group.ts';
import { type ConsumerMember, usesClassicProtocol } from './consumer/consumer-member.ts';
import { preferredAssignor } from './consumer/member-updates.ts';
import { type GroupTopics } from './group-topics.ts';

/** How ConsumerGroupDescribe names the protocol of a member. */
const memberTypes = { classic: 0, consumer: 1 } as const;

/** `ConsumerGroup.asDescribedGroup` */
export function describedConsumerGroup(
  group: ConsumerGroup,
  topics: GroupTopics,
  defaultAssignor: string,
): DescribedGroup {
  const { groupId, state, groupEpoch, assignmentEpoch } = group;
  return {
    errorCode: 'NONE',
    errorMessage: null,
    groupId,
    groupState: state,
    groupEpoch,
    assignmentEpoch,
    assignorName: preferredAssignor(group) ?? defaultAssignor,
    members: [...group.members.values()].map((member) =>
      describedMember(member, group.targetOf(member.memberId), topics),
    ),
    authorizedOperations: notAsked,
  };
}

export function undescribedConsumerGroup(
  groupId: string,
  errorCode: ErrorName,
  errorMessage: string | null = null,
): DescribedGroup {
  return {
    errorCode,
    errorMessage,
    groupId,
    groupState: '',
    groupEpoch: 0,
    assignmentEpoch: 0,
    assignorName: '',
    members: [],
    authorizedOperations: notAsked,
  };
}

/** What a member has yet to give up, it still has. */
function describedMember(
  member: ConsumerMember,
  target: PartitionsByTopic,
  topics: GroupTopics,
): Member {
  const { assigned, pendingRevocation } = member;
  return {
    memberId: member.memberId,
    instanceId: member.instanceId,
    rackId: member.rackId,
    memberEpoch: member.memberEpoch,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: member.subscribedTopicNames,
    subscribedTopicRegex: member.subscribedTopicRegex,
    assignment: described([assigned, pendingRevocation], topics),
    targetAssignment: described([target], topics),
    memberType: usesClassicProtocol(member) ? memberTypes.classic : memberTypes.consumer,
  };
}

/** The partitions of a topic part after part. Topics that are no more are left out. */
function described(
  parts: readonly ReadonlyMap<Uuid, ReadonlySet<number> | ReadonlyMap<number, number>>[],
  topics: GroupTopics,
): Assignment {
  const byTopic = new Map<Uuid, number[]>();
  for (const part of parts) {
    for (const [topicId, partitions] of part) {
      const sorted = [...partitions.keys()].sort((one, other) => one - other);
      byTopic.set(topicId, [...(byTopic.get(topicId) ?? []), ...sorted]);
    }
  }
  const topicPartitions = [...byTopic].flatMap(([topicId, partitions]) => {
    const topicName = topics.nameOf(topicId);
    if (topicName === undefined) return [];
    return [{ topicId, topicName, partitions }];
  });
  return { topicPartitions };
}
