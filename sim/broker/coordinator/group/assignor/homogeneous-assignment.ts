import { type Uuid } from '../../../../protocol/uuid.ts';
import {
  type GroupAssignment,
  type GroupSpec,
  type MemberSpec,
  missingTopicMessage,
  MutablePartitions,
  type PartitionCountOf,
  type PartitionsByTopic,
} from './group-spec.ts';

interface TopicIdPartition {
  readonly topicId: Uuid;
  readonly partition: number;
}

/**
 * Where all members subscribe to the same topics (`UniformHomogeneousAssignmentBuilder`): each
 * keeps what it has up to a quota; what nobody has fills the others, in order.
 */
export function homogeneousAssignment(
  { members }: GroupSpec,
  partitionCountOf: PartitionCountOf,
): GroupAssignment {
  const topicIds = members[0]?.subscribedTopicIds ?? new Set<Uuid>();
  if (topicIds.size === 0) return { kind: 'assigned', targets: new Map() };

  const assigned = assignedPartitions(members);
  const unassigned: TopicIdPartition[] = [];
  let total = 0;
  for (const topicId of topicIds) {
    const count = partitionCountOf(topicId);
    if (count === undefined) return { kind: 'refused', message: missingTopicMessage(topicId) };
    const taken = assigned.get(topicId);
    for (let partition = 0; partition < count; partition += 1) {
      if (taken?.has(partition) !== true) unassigned.push({ topicId, partition });
    }
    total += count;
  }

  const assignment = new HomogeneousAssignment(topicIds, unassigned, { total, members });
  for (const [index, member] of members.entries()) assignment.keep(member, members.length - index);
  return assignment.fill();
}

function assignedPartitions(members: readonly MemberSpec[]): PartitionsByTopic {
  const assigned = new Map<Uuid, Set<number>>();
  for (const member of members) {
    for (const [topicId, partitions] of member.assigned) {
      const known = assigned.get(topicId) ?? new Set<number>();
      for (const partition of partitions) known.add(partition);
      assigned.set(topicId, known);
    }
  }
  return assigned;
}

class HomogeneousAssignment {
  readonly #topicIds: ReadonlySet<Uuid>;
  readonly #unassigned: TopicIdPartition[];
  readonly #targets = new Map<string, MutablePartitions>();
  readonly #room = new Map<string, number>();
  readonly #minQuota: number;
  #membersToGetOneMore: number;

  constructor(
    topicIds: ReadonlySet<Uuid>,
    unassigned: TopicIdPartition[],
    { total, members }: { readonly total: number; readonly members: readonly MemberSpec[] },
  ) {
    this.#topicIds = topicIds;
    this.#unassigned = unassigned;
    this.#minQuota = Math.floor(total / members.length);
    this.#membersToGetOneMore = total % members.length;
  }

  /** `membersLeft` counts this one and those after it. */
  keep({ memberId, assigned }: MemberSpec, membersLeft: number): void {
    const target = new MutablePartitions(assigned);
    this.#targets.set(memberId, target);
    let getsOneMore = this.#membersToGetOneMore > 0;
    let quota = this.#minQuota + (getsOneMore ? 1 : 0);
    for (const [topicId, partitions] of assigned) {
      if (!this.#topicIds.has(topicId)) {
        target.byTopic.delete(topicId);
        continue;
      }
      const beyond = [...partitions].toSorted((one, other) => one - other).slice(quota);
      quota = Math.max(0, quota - partitions.size);
      for (const partition of beyond) {
        target.remove(topicId, partition);
        this.#unassigned.push({ topicId, partition });
      }
    }
    // Leaves the one more to another, unless all members from here on are to get one more.
    if (quota > 0 && getsOneMore && membersLeft > this.#membersToGetOneMore) {
      quota -= 1;
      getsOneMore = false;
    }
    if (quota > 0) this.#room.set(memberId, quota);
    if (getsOneMore) this.#membersToGetOneMore -= 1;
  }

  fill(): GroupAssignment {
    let next = 0;
    for (const [memberId, room] of this.#room) {
      const target = this.#targets.get(memberId);
      for (const { topicId, partition } of this.#unassigned.slice(next, next + room)) {
        target?.add(topicId, partition);
      }
      next += room;
    }
    if (next < this.#unassigned.length) {
      return { kind: 'refused', message: 'Partitions were left unassigned' };
    }
    const targets = [...this.#targets].map(
      ([memberId, { byTopic }]) => [memberId, byTopic] as const,
    );
    return { kind: 'assigned', targets: new Map(targets) };
  }
}
