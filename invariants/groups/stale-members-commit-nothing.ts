import { type CommittingMember } from '../../sim/group-facts.ts';
import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { type GroupTruth } from '../ground-truth/group-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/**
 * G4: plain commits and those of transactions. Without member and generation anybody may commit to a
 * group that nobody is in. A member of a consumer group may name an older epoch of its own for what it
 * has been assigned since then or before (KIP-1251).
 */
export const staleMembersCommitNothing: Invariant = {
  id: 'G4',
  name: 'stale-members-commit-nothing',
  promise:
    'A commit from another generation than the present one, or from who is no member any more, is refused.',
  kind: 'safety',
  source:
    'KIP-447, KIP-848, KIP-1251, ClassicGroup.validateOffsetCommit, ConsumerGroup.validateOffsetCommit',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      offsetCommitAnswered: (fact) => {
        const { generation, groupGeneration } = fact;
        if (generation < 0) return;
        if (generation !== groupGeneration) report.exercised();
        if (!fact.errors.includes('NONE')) return;
        const problem = problemOf(fact) ?? removal(fact, truth.groups.group(fact.groupId));
        if (problem === null) return;
        report.broken({
          message: `broker ${fact.broker} took a commit of ${fact.memberId} for ${fact.groupId} ${problem}`,
          standing: promised,
          evidence: {
            facts: [fact],
            offsets: fact.offsets.map(({ offset }) => offset),
            brokers: [fact.broker],
          },
        });
      },
    };
  },
};

/** Why Kafka refuses it (`Group.validateOffsetCommit`); null: it takes it. */
function problemOf(fact: FactOf<'offsetCommitAnswered'>): string | null {
  const { generation, groupGeneration, member } = fact;
  if (member !== null) return staleness(fact, member);
  return generation === groupGeneration
    ? null
    : `with generation ${generation}, though it was in generation ${groupGeneration}`;
}

/** The same for a member of a consumer group (`ConsumerGroup.createAssignmentEpochValidator`). */
function staleness(
  { generation, offsets, errors }: FactOf<'offsetCommitAnswered'>,
  { epoch, assignedAt }: CommittingMember,
): string | null {
  if (epoch < 0) return `with epoch ${generation}, though it is no member`;
  if (generation > epoch) return `with epoch ${generation}, though it has come to ${epoch} only`;
  if (generation === epoch) return null;
  for (const [index, { partition }] of offsets.entries()) {
    if (errors[index] !== 'NONE') continue;
    const since = assignedAt[index] ?? null;
    if (since === null) return `with epoch ${generation} of ${epoch}, and without ${partition}`;
    if (generation < since) {
      return `with epoch ${generation}, though it has ${partition} since ${since} only`;
    }
  }
  return null;
}

function removal(
  { groupGeneration, memberId }: FactOf<'offsetCommitAnswered'>,
  { removed }: GroupTruth,
): string | null {
  const removedIn = removed.get(memberId);
  return removedIn !== undefined && removedIn < groupGeneration
    ? `after it had removed it in generation ${removedIn}`
    : null;
}
