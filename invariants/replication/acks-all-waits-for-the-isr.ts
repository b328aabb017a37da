import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type FactOf } from '../../sim/trace.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/**
 * R6: judged at the broker, when it appends and when it decides the answer. One that is about several
 * partitions goes out when the last of them is decided, and the broker may lead no longer.
 */
export const acksAllWaitsForTheIsr: Invariant = {
  id: 'R6',
  name: 'acks-all-waits-for-the-isr',
  promise:
    'acks=all is answered with success only by a leader whose high watermark has passed the batch and that has enough in-sync replicas; with too few, nothing is appended.',
  kind: 'safety',
  source: 'Partition.appendRecordsToLeader, checkEnoughReplicasReachOffset, DelayedProduce',
  promised: alwaysPromised,

  start(_, report) {
    return {
      produceAnswered: (fact, _moment, partition) => {
        if (fact.acks !== -1 || fact.error !== 'NONE') return;
        report.exercised();
        const problem = problemOf(fact, partition);
        if (problem === null) return;
        report.broken({
          message: `broker ${fact.broker} acknowledged ${partition.name}@${fact.lastOffset} to acks=all, though ${problem}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [fact.baseOffset, fact.lastOffset],
            brokers: [fact.broker],
          }),
        });
      },
      leaderAppended: (fact, { sends }, partition) => {
        if (sends[0]?.session.producer?.acks !== -1) return;
        const members = partition.replica(fact.broker).view?.isr.length;
        if (members === undefined || members >= partition.minimum) return;
        report.broken({
          message: `broker ${fact.broker} appended a batch for acks=all to ${partition.name}, though its ISR has ${members} members and min.insync.replicas is ${partition.minimum}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [fact.batch.baseOffset],
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};

function problemOf(fact: FactOf<'produceAnswered'>, partition: PartitionTruth): string | null {
  const replica = partition.replica(fact.broker);
  const wasDecidedBefore = fact.leaderEpoch < replica.leaderEpoch;
  if (!replica.isLeader && !wasDecidedBefore) return 'it does not lead';
  const highWatermark = wasDecidedBefore
    ? fact.highWatermark
    : Math.min(fact.highWatermark, replica.highWatermark);
  if (highWatermark <= fact.lastOffset) return `its high watermark is ${highWatermark}`;
  const minimum = Math.min(fact.minInsyncReplicas, partition.minimum);
  if (fact.maximalIsrSize < minimum) {
    return `it counts ${fact.maximalIsrSize} replicas and min.insync.replicas is ${minimum}`;
  }
  return null;
}
