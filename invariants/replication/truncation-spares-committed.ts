import { type FactOf } from '../../sim/trace.ts';
import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { committedIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { replicaStanding } from '../ground-truth/durability.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { isSameBatch } from '../ground-truth/same-batch.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** R12: what recovery after a crash cuts off is the disk's doing, and not judged here. */
export const truncationSparesCommitted: Invariant = {
  id: 'R12',
  name: 'truncation-spares-committed',
  promise:
    "A follower truncates to where its log and its leader's part, and never below what is committed.",
  kind: 'safety',
  source: 'KIP-101, KIP-279, AbstractFetcherThread.truncateOnFetchResponse',
  promised: committedIsPromised,

  start(_, report) {
    return {
      logTruncated: (fact, { removed, agreedBefore, formerHistory }, partition) => {
        if (fact.why === 'recovery') return;
        const first = removed[0];
        if (first === undefined) return;
        report.exercised();
        const keptEnd = Math.max(first.baseOffset, partition.highestLogStart);
        if (keptEnd < agreedBefore) {
          report.broken({
            message: `broker ${fact.broker} truncated ${partition.name} to ${fact.to}, and with it what is committed up to ${agreedBefore}`,
            standing:
              formerHistory?.standing ?? replicaStanding(partition, partition.replica(fact.broker)),
            evidence: evidenceIn(partition, fact, {
              offsets: [fact.to, agreedBefore],
              brokers: [fact.broker],
            }),
          });
        }
        if (
          first.lastOffset < partition.highestLogStart ||
          !isSharedWithLeader(fact, partition, first)
        ) {
          return;
        }
        report.broken({
          message: `broker ${fact.broker} truncated ${partition.name} to ${fact.to}, though its leader holds the same batch at ${first.baseOffset}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [fact.to, first.baseOffset],
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};

/** Whether the leader that is followed, and still leads in that epoch, holds this very batch. */
function isSharedWithLeader(
  { broker }: FactOf<'logTruncated'>,
  partition: PartitionTruth,
  batch: RecordBatch,
): boolean {
  const { followedLeader, leaderEpoch } = partition.replica(broker);
  if (followedLeader < 0) return false;
  const leader = partition.replica(followedLeader);
  if (!leader.isLeader || leader.leaderEpoch !== leaderEpoch) return false;
  const theirs = leader.log.find(batch.baseOffset);
  return theirs !== undefined && isSameBatch(theirs, batch);
}
