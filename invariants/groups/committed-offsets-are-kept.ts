import { type Fact } from '../../sim/trace.ts';
import { type PartitionOffset } from '../../sim/group-facts.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type Instant, type Invariant } from '../invariant.ts';

/**
 * C13: judged by what was durable at some instant between question and answer. A coordinator that has
 * been replaced and does not know it may answer with what was committed before.
 */
export const committedOffsetsAreKept: Invariant = {
  id: 'C13',
  name: 'committed-offsets-are-kept',
  promise:
    'A commit that succeeded is durable, and who asks is told the last offset that the group has committed, by itself or in a committed transaction.',
  kind: 'safety',
  source: 'OffsetMetadataManager, KIP-447, KAFKA-17507',
  promised: alwaysPromised,

  start(truth, report) {
    function compare(
      fact: Fact,
      groupId: string,
      offsets: readonly PartitionOffset[],
      since: Instant,
    ): void {
      const group = truth.groups.group(groupId);
      for (const { partition, offset } of offsets) {
        report.exercised();
        const known = group.offsetOf(partition);
        if (known.wasInForce(offset, since)) continue;
        report.broken({
          message: `${fact.kind === 'offsetCommitSucceeded' ? 'the commit of' : 'a consumer was told'} ${partition}@${offset} for ${groupId}, and ${known.current?.offset ?? 'nothing'} is committed`,
          standing: coordinatorStanding(truth),
          evidence: { facts: [fact], partition, offsets: [offset] },
        });
      }
    }

    return {
      offsetCommitSucceeded: (succeeded, { commit }) => {
        if (commit === undefined) return;
        compare(succeeded, commit.fact.groupId, commit.fact.offsets, commit.at);
      },
      committedOffsetsReceived: (fact) => {
        const group = truth.groups.group(fact.groupId);
        if (!fact.requireStable || !group.isCoordinatedBy(fact.from)) return;
        compare(fact, fact.groupId, fact.offsets, fact.askedAt);
      },
    };
  },
};
