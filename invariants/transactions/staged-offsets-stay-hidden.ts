import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type Invariant } from '../invariant.ts';

/** T10: what is told instead, and that it shows after the marker, is C13's concern. */
export const stagedOffsetsStayHidden: Invariant = {
  id: 'T10',
  name: 'staged-offsets-stay-hidden',
  promise:
    'While a transaction that has staged an offset of a group is open, who asks for a stable one is told to wait.',
  kind: 'safety',
  source: 'KIP-447, OffsetMetadataManager.hasPendingTransactionalOffsets',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      committedOffsetsReceived: (fact) => {
        const group = truth.groups.group(fact.groupId);
        if (!fact.requireStable || !group.isCoordinatedBy(fact.from)) return;
        for (const { partition, offset } of fact.offsets) {
          const { staged, current } = group.offsetOf(partition);
          if (current !== undefined && current.txnUid >= 0) report.exercised();
          const waiting = staged.find(({ since }) => since < fact.askedAt);
          if (waiting === undefined) continue;
          report.broken({
            message: `${fact.groupId} was told ${partition}@${offset}, while transaction ${waiting.txnUid} has staged ${waiting.offset} and is not over`,
            standing: coordinatorStanding(truth),
            evidence: { facts: [fact], partition, offsets: [offset, waiting.offset] },
          });
        }
      },
      offsetFetchAnswered: ({ errors }) => {
        if (errors.includes('UNSTABLE_OFFSET_COMMIT')) report.exercised();
      },
    };
  },
};
