import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { committedIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { recordStanding, replicaStanding } from '../ground-truth/durability.ts';
import { type Loss } from '../ground-truth/loss.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { isSameBatch } from '../ground-truth/same-batch.ts';
import { type Invariant } from '../invariant.ts';
import { type Standing } from '../standing.ts';

interface Readings {
  /** Exclusive end of what clients have received. */
  end: number;
  /** What was lost after somebody could know it: a read of those offsets may differ now. */
  readonly losses: Loss[];
}

/** C7: judged by what clients receive, whichever broker answers. */
export const readsAreRepeatable: Invariant = {
  id: 'C7',
  name: 'reads-are-repeatable',
  promise:
    'An offset that was once read, or acknowledged with acks=all, holds the same record ever after.',
  kind: 'safety',
  source: 'KIP-101, KIP-279, KIP-320; Jepsen: inconsistent-offsets',
  promised: committedIsPromised,

  start(_, report) {
    const readings = new Map<PartitionTruth, Readings>();

    function readingsOf(partition: PartitionTruth): Readings {
      const known = readings.get(partition);
      if (known !== undefined) return known;
      const made: Readings = { end: 0, losses: [] };
      readings.set(partition, made);
      return made;
    }

    function check(
      fact: FactOf<'fetchReceived'>,
      partition: PartitionTruth,
      batch: RecordBatch,
      { losses }: Readings,
    ): void {
      if (batch.lastOffset < partition.prunedBelow) return;
      const changedBy = losses.find((loss) => differs(loss, batch));
      if (partition.isCommitted(batch) && changedBy === undefined) return;
      report.broken({
        message: `a read of ${partition.name}@${batch.baseOffset} from broker ${fact.from} returned another record than was read or acknowledged there`,
        standing: changedBy?.standing ?? standingOf(partition, fact, batch),
        evidence: evidenceIn(partition, fact, {
          offsets: [batch.baseOffset],
          recordIds: batch.records.map(({ recordId }) => recordId),
          brokers: [fact.from],
        }),
      });
    }

    return {
      committedLost: (_fact, { loss }, partition) => {
        if (loss?.wasKnown === true) readingsOf(partition).losses.push(loss);
      },
      fetchReceived: (fact, _moment, partition) => {
        const first = fact.batches[0];
        if (first === undefined) return;
        const reading = readingsOf(partition);
        if (first.baseOffset < reading.end) report.exercised();
        for (const batch of fact.batches) {
          check(fact, partition, batch, reading);
          reading.end = Math.max(reading.end, batch.lastOffset + 1);
        }
      },
    };
  },
};

/** Whether the loss took another batch from where this one lies. */
function differs({ from, to, batches }: Loss, batch: RecordBatch): boolean {
  if (batch.lastOffset < from || batch.baseOffset >= to) return false;
  return batches.every((lost) => !isSameBatch(lost, batch));
}

function standingOf(
  partition: PartitionTruth,
  { from }: FactOf<'fetchReceived'>,
  { baseOffset, partitionLeaderEpoch }: RecordBatch,
): Standing {
  const standing = recordStanding(partition, baseOffset, partitionLeaderEpoch);
  return standing.promised ? replicaStanding(partition, partition.replica(from)) : standing;
}
