import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type GroupTruth, type Membership } from '../ground-truth/group-truth.ts';
import { type Invariant } from '../invariant.ts';

/**
 * G1: who was removed from the group may not know it yet, and goes on for a while, or begins with what
 * the group had given it before; so does a static member of a classic group that has not rejoined.
 */
export const oneOwnerPerPartition: Invariant = {
  id: 'G1',
  name: 'one-owner-per-partition',
  promise:
    'A member of a group begins with a partition only when no other member has it, or that one was removed.',
  kind: 'safety',
  source: 'KIP-429, KIP-848, ConsumerRebalanceListener',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      partitionsAssigned: (fact, { node }) => {
        const group = truth.groups.group(fact.groupId);
        if (group.removed.has(fact.memberId) && !group.gone.has(fact.memberId)) return;
        for (const partition of fact.added) {
          report.exercised();
          const other = ownerBeside(group, node, partition, fact);
          if (other === undefined) continue;
          report.broken({
            message: `${node} begins with ${partition} in generation ${fact.generation} of ${fact.groupId}, and ${other.node} has it in generation ${other.generation}`,
            standing: coordinatorStanding(truth),
            evidence: { facts: [fact], partition },
          });
        }
      },
    };
  },
};

function ownerBeside(
  { members, removed, view }: GroupTruth,
  node: string,
  partition: PartitionName,
  { generation }: FactOf<'partitionsAssigned'>,
): Membership | undefined {
  for (const member of members.values()) {
    if (member.node === node || !member.owned.has(partition)) continue;
    if (removed.has(member.memberId)) continue;
    const mayBeLate = member.instanceId !== null && view?.protocol !== 'consumer';
    if (!mayBeLate || member.generation >= generation) return member;
  }
  return undefined;
}
