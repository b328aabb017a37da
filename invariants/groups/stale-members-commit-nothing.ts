import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { type GroupTruth } from '../ground-truth/group-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/**
 * G4: plain commits and those of transactions. Without member and generation anybody may commit to a
 * group that nobody is in. A member of a consumer group may be some epochs behind (KIP-1251).
 */
export const staleMembersCommitNothing: Invariant = {
  id: 'G4',
  name: 'stale-members-commit-nothing',
  promise:
    'A commit from another generation than the present one, or from who is no member any more, is refused.',
  kind: 'safety',
  source: 'KIP-447, KIP-848, ClassicGroup.validateOffsetCommit, ConsumerGroup.validateOffsetCommit',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      offsetCommitAnswered: (fact) => {
        const { generation, groupGeneration } = fact;
        if (generation < 0) return;
        if (generation !== groupGeneration) report.exercised();
        if (!fact.errors.includes('NONE')) return;
        const problem = problemOf(fact, truth.groups.group(fact.groupId));
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

function problemOf(
  { generation, groupGeneration, memberId }: FactOf<'offsetCommitAnswered'>,
  { view, removed }: GroupTruth,
): string | null {
  const isClassic = view?.protocol === 'classic';
  if (isClassic ? generation !== groupGeneration : generation > groupGeneration) {
    return `with generation ${generation}, though it was in generation ${groupGeneration}`;
  }
  const removedIn = removed.get(memberId);
  return removedIn !== undefined && removedIn < groupGeneration
    ? `after it had removed it in generation ${removedIn}`
    : null;
}
