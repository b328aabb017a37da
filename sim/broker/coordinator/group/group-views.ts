import { type GroupMemberView } from '../../../group-facts.ts';
import { MalformedBytesError } from '../../../protocol/byte-reader.ts';
import { readAssignment } from '../../../protocol/consumer-protocol.ts';
import { type Bytes } from '../../../protocol/record-batch.ts';
import { type PartitionName } from '../../../trace.ts';
import { type ClassicGroup } from './classic/classic-group.ts';
import { type ConsumerGroup } from './consumer/consumer-group.ts';
import { type AssignedEpochs } from './consumer/member-assignment.ts';
import { preferredAssignor } from './consumer/member-updates.ts';
import { type GroupView } from './group-fact-recorder.ts';
import { type GroupTopics } from './group-topics.ts';

/** A classic group as the trace tells of it. */
export function classicView(group: ClassicGroup): GroupView {
  const { groupId, state, generation, protocolName } = group;
  const members = [...group.members.values()].map((member): GroupMemberView => ({
    memberId: member.memberId,
    instanceId: member.groupInstanceId,
    epoch: generation,
    assigned: state === 'Stable' ? partitionsOf(member.assignment) : null,
    pendingRevocation: [],
  }));
  return { groupId, protocol: 'classic', state, generation, assignor: protocolName, members };
}

/** A consumer group as the trace tells of it. */
export function consumerView(
  group: ConsumerGroup,
  topics: GroupTopics,
  defaultAssignor: string,
): GroupView {
  const { groupId, state, groupEpoch } = group;
  const members = [...group.members.values()].map((member): GroupMemberView => ({
    memberId: member.memberId,
    instanceId: member.instanceId,
    epoch: member.memberEpoch,
    assigned: namesOf(member.assigned, topics),
    pendingRevocation: namesOf(member.pendingRevocation, topics),
  }));
  const assignor = group.isEmpty ? null : (preferredAssignor(group) ?? defaultAssignor);
  return { groupId, protocol: 'consumer', state, generation: groupEpoch, assignor, members };
}

/** None where the bytes are of another protocol. */
function partitionsOf(assignment: Bytes): PartitionName[] {
  if (assignment === '') return [];
  try {
    return readAssignment(assignment).assignedPartitions.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => `${topic}-${partition}`),
    );
  } catch (error) {
    if (error instanceof MalformedBytesError) return [];
    throw error;
  }
}

/** Topics that are no more are left out. */
function namesOf(epochs: AssignedEpochs, topics: GroupTopics): PartitionName[] {
  const names: PartitionName[] = [];
  for (const [topicId, partitions] of epochs) {
    const topic = topics.nameOf(topicId);
    if (topic === undefined) continue;
    for (const partition of partitions.keys()) names.push(`${topic}-${partition}`);
  }
  return names;
}
