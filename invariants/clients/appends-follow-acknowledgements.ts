import { type FactOf } from '../../sim/trace.ts';
import { acksStanding, committedIsPromised } from '../configuration-standing.ts';
import { budgetStanding, lossStanding } from '../ground-truth/durability.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Send } from '../ground-truth/send-ledger.ts';
import { evidenceIn } from '../evidence.ts';
import { type Invariant } from '../invariant.ts';
import { type Standing } from '../standing.ts';

/** C8, linearizability of a partition: over all producers, as soon as the later record is appended. */
export const appendsFollowAcknowledgements: Invariant = {
  id: 'C8',
  name: 'appends-follow-acknowledgements',
  promise:
    'A record that is sent after another one was acknowledged gets a higher offset in the same partition.',
  kind: 'safety',
  source: 'Partition.appendRecordsToLeader, KIP-101; Jepsen: G0-realtime, allowed there',
  promised: committedIsPromised,

  start(_, report) {
    return {
      leaderAppended: (fact, { sends }, partition) => {
        const { state } = partition;
        // What a deposed leader appends is never committed.
        if (state !== null && fact.leaderEpoch < state.leaderEpoch) return;
        for (const send of sends) {
          if (send.ackedBefore < 0) continue;
          report.exercised();
          if (send.offset > send.ackedBefore) continue;
          report.broken({
            message: `record ${send.recordId} is appended at ${partition.name}@${send.offset}, though offset ${send.ackedBefore} was acknowledged before it was sent`,
            standing: standingOf(partition, fact, send),
            evidence: evidenceIn(partition, fact, {
              offsets: [send.ackedBefore, send.offset],
              recordIds: [send.recordId],
            }),
          });
        }
      },
    };
  },
};

function standingOf(
  partition: PartitionTruth,
  { leaderEpoch }: FactOf<'batchAppended'>,
  send: Send,
): Standing {
  if (send.offset > send.ackedByAllBefore) return acksStanding(1);
  const losses = partition.losses.filter(
    (loss) => send.ackedByAllBefore >= loss.from && leaderEpoch >= loss.leaderEpoch,
  );
  return losses.length > 0 ? lossStanding(losses) : budgetStanding(partition);
}
