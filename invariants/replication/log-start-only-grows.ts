import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** R16. A restart may bring records back, since the log start is checkpointed each 60 s. */
export const logStartOnlyGrows: Invariant = {
  id: 'R16',
  name: 'log-start-only-grows',
  promise:
    'A log start only grows, never past the high watermark or the end of the leader, and by retention only where that is configured.',
  kind: 'safety',
  source: 'UnifiedLog.maybeIncrementLogStartOffset, deleteOldSegments, KIP-107',
  promised: alwaysPromised,

  start(_, report) {
    return {
      logStartMoved: (fact, { logStartBefore }, partition) => {
        report.exercised();
        const problem = problemOf(fact, partition, logStartBefore);
        if (problem === null) return;
        report.broken({
          message: `broker ${fact.broker} moved the log start of ${partition.name} to ${fact.to}, though ${problem}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [logStartBefore, fact.to],
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};

function problemOf(
  { broker, to, why }: FactOf<'logStartMoved'>,
  partition: PartitionTruth,
  before: number,
): string | null {
  const replica = partition.replica(broker);
  if (why !== 'recovery' && to < before) return `it was ${before}`;
  // A follower that begins anew at its leader's start has nothing yet.
  const mayBeAhead = why === 'recovery' || replica.log.isEmpty;
  if (to > replica.highWatermark && !mayBeAhead) {
    return `its high watermark is ${replica.highWatermark}`;
  }
  if (why === 'retention' && !partition.topic.hasRetention) {
    return 'nothing is configured to be deleted';
  }
  if (why !== 'leader' || replica.followedLeader < 0) return null;
  const leader = partition.replica(replica.followedLeader);
  const isSure = leader.isLeader && leader.leaderEpoch === replica.leaderEpoch;
  return isSure && to > leader.log.endOffset
    ? `the log of its leader ends at ${leader.log.endOffset}`
    : null;
}
