import { alwaysPromised } from '../configuration-standing.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Instant, type Invariant } from '../invariant.ts';
import { notPromised, promised, type Standing } from '../standing.ts';
import { hasSettled } from './settled.ts';

/** L2: the leader's own high watermark and log end, at the end of the run. */
export const highWatermarkReachesTheEnd: Invariant = {
  id: 'L2',
  name: 'high-watermark-reaches-the-end',
  promise: 'Once all faults are over and nothing is written, the high watermark is the log end.',
  kind: 'liveness',
  source: 'Partition.maybeIncrementLeaderHW, KAFKA-13091',
  promised: alwaysPromised,

  start(truth, report) {
    const appendedAt = new Map<PartitionTruth, Instant>();

    return {
      leaderAppended: (_fact, { at }, partition) => {
        appendedAt.set(partition, at);
      },
      runEnded: (fact) => {
        for (const partition of truth.partitions.values()) {
          const leader = partition.leader();
          const writtenAt = appendedAt.get(partition);
          if (leader === undefined || writtenAt === undefined) continue;
          if (!leader.isLeader || !hasSettled(truth, writtenAt)) continue;
          report.exercised();
          if (leader.highWatermark >= leader.log.endOffset) continue;
          report.broken({
            message: `the high watermark of ${partition.name} stays at ${leader.highWatermark}, and its log ends at ${leader.log.endOffset}`,
            standing: standingOf(partition),
            evidence: {
              facts: [fact],
              partition: partition.name,
              offsets: [leader.highWatermark, leader.log.endOffset],
              brokers: [leader.broker],
            },
          });
        }
      },
    };
  },
};

function standingOf({ state, minimum }: PartitionTruth): Standing {
  const members = state?.isr.length ?? 0;
  if (members >= minimum) return promised;
  return notPromised(
    `the ISR has ${members} members and min.insync.replicas is ${minimum}, so that the high watermark waits (KIP-966)`,
    `min.insync.replicas=${members}`,
  );
}
