import { type Fact } from '../../sim/trace.ts';
import { type Uuid } from '../../sim/protocol/uuid.ts';
import { type PartitionOffset } from '../../sim/group-facts.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type CommittedValue, isOfOtherTopic } from '../ground-truth/group-truth.ts';
import { type Instant, type Invariant } from '../invariant.ts';

/** What was answered, and since when it may have been so. */
interface Told {
  readonly offsets: readonly PartitionOffset[];
  /** Of the question; undefined for an answer that is about no topic of that id. */
  readonly topicIds?: readonly (Uuid | null)[];
  readonly since: Instant;
}

/**
 * C13: judged by what was durable at some instant between question and answer. A coordinator that has
 * been replaced and does not know it may answer with what was committed before. Who asks by a topic's
 * id is told nothing of a topic that was there before under its name; who asks by the name is told that
 * (`OffsetMetadataManager.isMismatchedTopicId`).
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
    function compare(fact: Fact, groupId: string, { offsets, topicIds, since }: Told): void {
      const group = truth.groups.group(groupId);
      for (const [index, { partition, offset }] of offsets.entries()) {
        report.exercised();
        const known = group.offsetOf(partition);
        const topicId = topicIds?.[index] ?? null;
        if (known.wasInForce(offset, since, topicId)) continue;
        report.broken({
          message: `${fact.kind === 'offsetCommitSucceeded' ? 'the commit of' : 'a consumer was told'} ${partition}@${offset} for ${groupId}, and ${committed(known.current, topicId)}`,
          standing: coordinatorStanding(truth),
          evidence: { facts: [fact], partition, offsets: [offset] },
        });
      }
    }

    return {
      offsetCommitSucceeded: (succeeded, { commit }) => {
        if (commit === undefined) return;
        const { groupId, offsets } = commit.fact;
        compare(succeeded, groupId, { offsets, since: commit.at });
      },
      committedOffsetsReceived: (fact) => {
        const group = truth.groups.group(fact.groupId);
        if (!fact.requireStable || !group.isCoordinatedBy(fact.from)) return;
        const { offsets, topicIds, askedAt: since } = fact;
        compare(fact, fact.groupId, { offsets, topicIds, since });
      },
    };
  },
};

function committed(current: CommittedValue | undefined, topicId: Uuid | null): string {
  if (current === undefined) return 'nothing is committed';
  const isOfOther = isOfOtherTopic(current, topicId);
  return `${current.offset} is committed${isOfOther ? ', for another topic of that name' : ''}`;
}
