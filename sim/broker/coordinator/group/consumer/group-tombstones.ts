import { type CoordinatorRecord } from '../../runtime/coordinator-operation.ts';
import { type ConsumerGroup } from './consumer-group.ts';
import { consumerGroupRecord } from './consumer-records.ts';

/**
 * What takes a group out of the log (`ConsumerGroup.createGroupTombstoneRecords`).
 * @param idOf The id under which the log knows the member when the first of them is replayed.
 */
export function groupTombstones(
  { groupId, members, content }: ConsumerGroup,
  idOf = (memberId: string): string => memberId,
): CoordinatorRecord[] {
  const ids = [...members.keys()].map(idOf);
  const records: CoordinatorRecord[] = [];
  const perMember = [
    'ConsumerGroupCurrentMemberAssignment',
    'ConsumerGroupTargetAssignmentMember',
  ] as const;
  for (const type of perMember) {
    for (const memberId of ids) {
      records.push(consumerGroupRecord({ type, groupId, memberId, value: null }));
    }
  }
  const gone = { groupId, value: null };
  records.push(consumerGroupRecord({ type: 'ConsumerGroupTargetAssignmentMetadata', ...gone }));
  for (const memberId of ids) {
    records.push(consumerGroupRecord({ type: 'ConsumerGroupMemberMetadata', memberId, ...gone }));
  }
  for (const regularExpression of content.expressions.keys()) {
    const type = 'ConsumerGroupRegularExpression';
    records.push(consumerGroupRecord({ type, regularExpression, ...gone }));
  }
  records.push(consumerGroupRecord({ type: 'ConsumerGroupPartitionMetadata', ...gone }));
  records.push(consumerGroupRecord({ type: 'ConsumerGroupMetadata', ...gone }));
  return records;
}
