import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { notPromised, promised, type Standing } from '../standing.ts';

/**
 * Whether one who reads the leader's log on from there has to get to its end: followers and consumers
 * check each batch, and ask for a rotten one again and again (`LogValidator`, `CompletedFetch`).
 */
export function readingStanding(partition: PartitionTruth, from: Offset): Standing {
  const leader = partition.leader();
  if (leader === undefined) return promised;
  if (!leader.rotten.areAheadOf(Math.max(from, leader.logStartOffset))) return promised;
  return notPromised(
    `the log of the leader, broker ${leader.broker}, has a rotten batch on its disk, and nobody can read past it`,
    'no setting; an election of a replica that has it whole',
  );
}
