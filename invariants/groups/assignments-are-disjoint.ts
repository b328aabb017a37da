import {
  type StoredAssignment,
  type StoredMemberAssignment,
} from '../../sim/protocol/consumer-group-record.ts';
import { isCoordinatorData } from '../../sim/protocol/record-batch.ts';
import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type Invariant } from '../invariant.ts';

/** G2: the assignment of a generation, or the target of a consumer group, and what its members hold. */
export const assignmentsAreDisjoint: Invariant = {
  id: 'G2',
  name: 'assignments-are-disjoint',
  promise: 'A coordinator gives a partition to at most one member of a group at a time.',
  kind: 'safety',
  source: 'KIP-848, ConsumerGroup.currentPartitionEpoch, ConsumerPartitionAssignor',
  promised: alwaysPromised,

  start(truth, report) {
    const holdings = new Map<string, Holdings>();

    return {
      groupChanged: (fact) => {
        const twice = assignedTwice(fact);
        if (fact.members.length > 1) report.exercised();
        if (twice === undefined) return;
        report.broken({
          message: `broker ${fact.broker} assigns ${twice} to two members of ${fact.groupId} in generation ${fact.generation}`,
          standing: coordinatorStanding(truth),
          evidence: { facts: [fact], partition: twice, brokers: [fact.broker] },
        });
      },
      coordinatorStored: (fact, { stored }, partition) => {
        for (const { data } of stored.flatMap(({ records }) => records)) {
          if (data === null || !isCoordinatorData(data)) continue;
          if (data.type !== 'ConsumerGroupCurrentMemberAssignment') continue;
          const { groupId, memberId, value } = data;
          const mine = holdings.get(groupId) ?? new Holdings();
          holdings.set(groupId, mine);
          const other = mine.hold(memberId, value);
          if (other === undefined) continue;
          report.broken({
            message: `the coordinator of ${groupId} lets ${memberId} have a partition that ${other} has`,
            standing: coordinatorStanding(truth),
            evidence: evidenceIn(partition, fact),
          });
        }
      },
      committedLost: (_fact, _moment, { coordinates }) => {
        if (coordinates === 'groups') holdings.clear();
      },
    };
  },
};

function assignedTwice({ members }: FactOf<'groupChanged'>): PartitionName | undefined {
  const assigned = new Set<PartitionName>();
  for (const member of members) {
    for (const partition of member.assigned ?? []) {
      if (assigned.has(partition)) return partition;
      assigned.add(partition);
    }
  }
  return undefined;
}

/** Who holds which partition of a consumer group, as the durable log says. */
class Holdings {
  readonly #holder = new Map<string, string>();
  readonly #heldBy = new Map<string, readonly string[]>();

  /** @returns Another member that has one of the partitions. */
  hold(memberId: string, value: StoredMemberAssignment | null): string | undefined {
    for (const partition of this.#heldBy.get(memberId) ?? []) {
      if (this.#holder.get(partition) === memberId) this.#holder.delete(partition);
    }
    const held =
      value === null
        ? []
        : [...names(value.assignedPartitions), ...names(value.partitionsPendingRevocation)];
    this.#heldBy.set(memberId, held);
    let other: string | undefined;
    for (const partition of held) {
      other ??= this.#holder.get(partition);
      this.#holder.set(partition, memberId);
    }
    return other;
  }
}

function names(assignments: readonly StoredAssignment[]): string[] {
  return assignments.flatMap(({ topicId, partitions }) =>
    partitions.map((partition) => `${topicId}-${partition}`),
  );
}
