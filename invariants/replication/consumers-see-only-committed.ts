import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type Fact } from '../../sim/trace.ts';
import { committedIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { recordStanding, replicaStanding } from '../ground-truth/durability.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Invariant } from '../invariant.ts';
import { type Standing } from '../standing.ts';

/** R8, consistent read: at each answer, and at each election for all that was served before. */
export const consumersSeeOnlyCommitted: Invariant = {
  id: 'R8',
  name: 'consumers-see-only-committed',
  promise:
    'Whatever is served to a consumer is committed at that time, and every later leader holds the same.',
  kind: 'safety',
  source: 'KAFKA-14704, KAFKA-15583, KIP-392; TLA+ ConsistentRead',
  promised: committedIsPromised,

  start(_, report) {
    function broken(
      fact: Fact,
      partition: PartitionTruth,
      offset: number,
      { standing, what }: { standing: Standing; what: string },
    ): void {
      report.broken({
        message: `${partition.name}@${offset} ${what}`,
        standing,
        evidence: evidenceIn(partition, fact, { offsets: [offset] }),
      });
    }

    return {
      fetchServed: (fact, _moment, partition) => {
        const { batches, broker } = fact;
        const first = batches[0];
        const last = batches[batches.length - 1];
        if (first === undefined || last === undefined) return;
        report.exercised();
        // Both ends and the agreement of the whole log in between stand for all of them.
        const replica = partition.replica(broker);
        const isCommitted =
          partition.agreedEnd(replica) > last.lastOffset &&
          isInCommitted(partition, first) &&
          isInCommitted(partition, last);
        if (isCommitted) return;
        const wrong = batches.find((batch) => !isInCommitted(partition, batch)) ?? last;
        const standing = recordStanding(partition, wrong.baseOffset, wrong.partitionLeaderEpoch);
        broken(fact, partition, wrong.baseOffset, {
          standing: standing.promised ? replicaStanding(partition, replica) : standing,
          what: `was served by broker ${broker}, but is not what is committed`,
        });
      },
      committedLost: (fact, { loss }, partition) => {
        if (loss === null || partition.servedEnd <= loss.from) return;
        broken(fact, partition, loss.from, {
          standing: loss.standing,
          what: `was served to consumers, and the leader of epoch ${loss.leaderEpoch} does not hold it`,
        });
      },
    };
  },
};

function isInCommitted(partition: PartitionTruth, batch: RecordBatch): boolean {
  return batch.lastOffset < partition.prunedBelow || partition.isCommitted(batch);
}
