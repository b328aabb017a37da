import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { committedIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { replicaStanding } from '../ground-truth/durability.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { isSameBatch } from '../ground-truth/same-batch.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/**
 * R1, log matching. Each batch a replica takes over must follow the same batch as in the log of the
 * leader that wrote it, so that by induction one (offset, epoch) stands for one whole prefix; and below
 * its high watermark each replica must hold what is committed.
 */
export const logsMatch: Invariant = {
  id: 'R1',
  name: 'logs-match',
  promise:
    'Two replicas hold the same records below both their high watermarks, and the same prefix wherever they hold a record of one offset and leader epoch.',
  kind: 'safety',
  source: 'KIP-101, KIP-279; TLA+ LogMatching',
  promised: committedIsPromised,

  start(_, report) {
    return {
      batchAppended: (fact, _moment, partition) => {
        if (fact.asLeader) return;
        report.exercised();
        // A cleaner leaves gaps: what lies between is compared below the high watermark only.
        if (partition.topic.isCompacted) return;
        const { log } = partition.replica(fact.broker);
        const before = log.at(log.nextIndex - 2);
        // Without a predecessor the log begins here: what came before was deleted.
        if (before === undefined || follows(partition, before, fact.batch)) return;
        report.broken({
          message: `broker ${fact.broker} appended ${describe(fact.batch)} of ${partition.name} behind ${describe(before)}, which is not what it follows in its leader's log`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [before.baseOffset, fact.batch.baseOffset],
            brokers: [fact.broker],
          }),
        });
      },
      highWatermarkMoved: (fact, _moment, partition) => {
        if (fact.isLeader) checkAll(fact, partition);
        else checkOne(fact, partition, fact.broker);
      },
    };

    /** What is newly committed may differ from what another replica has below its own mark. */
    function checkAll(fact: FactOf<'highWatermarkMoved'>, partition: PartitionTruth): void {
      for (const { isLoaded, broker } of partition.replicas) {
        if (isLoaded) checkOne(fact, partition, broker);
      }
    }

    function checkOne(
      fact: FactOf<'highWatermarkMoved'>,
      partition: PartitionTruth,
      broker: number,
    ): void {
      const replica = partition.replica(broker);
      const bound = Math.min(replica.highWatermark, partition.committed.endOffset);
      const agreed = partition.agreedEnd(replica);
      if (agreed >= bound || bound <= partition.highestLogStart) return;
      report.broken({
        message: `broker ${broker} has high watermark ${replica.highWatermark} of ${partition.name}, but holds what is committed only up to ${agreed}`,
        standing: replicaStanding(partition, replica),
        evidence: evidenceIn(partition, fact, { offsets: [agreed, bound], brokers: [broker] }),
      });
    }
  },
};

function follows(partition: PartitionTruth, before: RecordBatch, batch: RecordBatch): boolean {
  const epoch = batch.partitionLeaderEpoch;
  if (before.partitionLeaderEpoch === epoch) return before.lastOffset + 1 === batch.baseOffset;
  const start = partition.epochStart(epoch);
  if (start === undefined) return true;
  if (!isSameBatch(start.first, batch)) return false;
  return start.predecessor === undefined || isSameBatch(start.predecessor, before);
}

function describe({ baseOffset, partitionLeaderEpoch }: RecordBatch): string {
  return `the batch at ${baseOffset} of epoch ${partitionLeaderEpoch}`;
}
