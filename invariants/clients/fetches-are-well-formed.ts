import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** C15: judged where the broker answers a consumer. */
export const fetchesAreWellFormed: Invariant = {
  id: 'C15',
  name: 'fetches-are-well-formed',
  promise:
    'A consumer is answered with batches without a gap from its fetch offset on, all below the high watermark, or the last stable offset if it reads committed.',
  kind: 'safety',
  source: 'ReplicaManager.readFromLog, UnifiedLog.read',
  promised: alwaysPromised,

  start(_, report) {
    return {
      fetchServed: (fact, _moment, partition) => {
        if (fact.batches.length > 0) report.exercised();
        const problem = problemOf(fact, partition);
        if (problem === null) return;
        report.broken({
          message: `broker ${fact.broker} answered a fetch of ${partition.name} from ${fact.fetchOffset} ${problem}`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: fact.batches.map(({ baseOffset }) => baseOffset),
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};

function problemOf(fact: FactOf<'fetchServed'>, partition: PartitionTruth): string | null {
  const { batches, fetchOffset } = fact;
  if (fact.abortedTransactions.length > 0 && !partition.hasTransactions) {
    return 'with aborted transactions, of which there was none';
  }
  const bound =
    fact.isolationLevel === 'read_committed' ? fact.lastStableOffset : fact.highWatermark;
  const mayHaveGaps = partition.topic.isCompacted;
  let expected = -1;
  for (const { baseOffset, lastOffset } of batches) {
    if (lastOffset < fetchOffset) return `with a batch that ends at ${lastOffset}`;
    if (lastOffset >= bound) return `with offset ${lastOffset}, though only ${bound} is visible`;
    if (expected < 0 && baseOffset > fetchOffset && !mayHaveGaps) {
      return `with a first batch at ${baseOffset}`;
    }
    if (expected >= 0 && (baseOffset < expected || (baseOffset > expected && !mayHaveGaps))) {
      return `with a batch at ${baseOffset} where ${expected} should follow`;
    }
    expected = lastOffset + 1;
  }
  return null;
}
