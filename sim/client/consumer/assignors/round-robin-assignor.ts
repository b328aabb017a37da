import { compareTexts } from '../../../protocol/compare-texts.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import { type AssignableGroup, type Assignments, compareMembers } from './assignable-group.ts';

/** All partitions in order, each to the next subscriber in the circle of members (`RoundRobinAssignor`). */
export function assignRoundRobin({ members, partitions }: AssignableGroup): Assignments {
  const assignments = new Map<string, TopicPartition[]>();
  for (const { memberId } of members) assignments.set(memberId, []);

  const circle = members.toSorted(compareMembers);
  let next = 0;
  for (const topic of [...partitions.keys()].toSorted(compareTexts)) {
    for (const partition of partitions.get(topic) ?? []) {
      while (circle[next]?.topics.includes(topic) === false) next = (next + 1) % circle.length;
      const memberId = circle[next]?.memberId ?? '';
      assignments.get(memberId)?.push(partition);
      next = (next + 1) % circle.length;
    }
  }
  return assignments;
}
