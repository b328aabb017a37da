import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** R5: by what the leader itself has heard from its followers in this leadership. */
export const highWatermarkIsReplicated: Invariant = {
  id: 'R5',
  name: 'high-watermark-is-replicated',
  promise:
    'A leader moves its high watermark only to where every replica that is or may be in the ISR has fetched, and not while the ISR is smaller than min.insync.replicas.',
  kind: 'safety',
  source: 'Partition.maybeIncrementLeaderHW, KIP-497, KIP-966 (KAFKA-15583)',
  promised: alwaysPromised,

  start(_, report) {
    return {
      highWatermarkMoved: (fact, _moment, partition) => {
        if (!fact.isLeader || fact.to <= fact.from) return;
        report.exercised();
        const problem = problemOf(fact, partition);
        if (problem === null) return;
        report.broken({
          message: `broker ${fact.broker} moved the high watermark of ${partition.name} to ${fact.to}, though ${problem}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [fact.from, fact.to],
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};

function problemOf(fact: FactOf<'highWatermarkMoved'>, partition: PartitionTruth): string | null {
  const leader = partition.replica(fact.broker);
  if (fact.to > leader.log.endOffset) return `its log ends at ${leader.log.endOffset}`;
  const { view } = leader;
  if (view === null) return null;
  for (const member of view.maximalIsr) {
    const end = leader.remoteEnd(member);
    if (member !== fact.broker && end < fact.to) {
      return `replica ${member} has fetched only up to ${end}`;
    }
  }
  const { minimum } = partition;
  if (view.isr.length < minimum) {
    return `its ISR has ${view.isr.length} members and min.insync.replicas is ${minimum}`;
  }
  return null;
}
