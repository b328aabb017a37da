import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { isSameBatch } from '../ground-truth/same-batch.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/**
 * R17, in part, and the check on the checker: all other invariants judge the logs that facts tell. A
 * replica that holds something else has appended over its own end, or has brought back what was cut.
 */
export const logsHoldWhatWasAppended: Invariant = {
  id: 'R17',
  name: 'logs-hold-what-was-appended',
  promise:
    'A log grows at its end, loses only what is truncated, deleted, compacted or cut off by a crash, and never brings anything back.',
  kind: 'safety',
  source: 'LogLoader, UnifiedLog.truncateTo',
  promised: alwaysPromised,

  start(_, report) {
    function broken(
      fact: FactOf<'batchAppended'> | FactOf<'logLoaded'> | FactOf<'replicaInspected'>,
      partition: PartitionTruth,
      what: string,
    ): void {
      report.broken({
        message: `broker ${fact.broker}, ${partition.name}: ${what}`,
        standing: promised,
        evidence: evidenceIn(partition, fact, { brokers: [fact.broker] }),
      });
    }

    return {
      batchAppended: (fact, { endBefore }, partition) => {
        if (fact.batch.baseOffset >= endBefore) return;
        const { baseOffset } = fact.batch;
        broken(fact, partition, `appended at ${baseOffset}, below its log end ${endBefore}`);
      },
      logLoaded: (fact, _moment, partition) => {
        const { log } = partition.replica(fact.broker);
        const lastEnd = (log.last()?.lastOffset ?? -1) + 1;
        if (fact.highWatermark > fact.logEndOffset) {
          broken(fact, partition, `high watermark ${fact.highWatermark} lies behind the log end`);
        }
        if (log.isEmpty || fact.logEndOffset <= lastEnd) return;
        broken(
          fact,
          partition,
          `the log came back with end ${fact.logEndOffset}, but ended at ${lastEnd}`,
        );
      },
      replicaInspected: (fact, _moment, partition) => {
        report.exercised();
        const problem = difference(fact, partition);
        if (problem !== null) broken(fact, partition, problem);
      },
    };
  },
};

function difference(fact: FactOf<'replicaInspected'>, partition: PartitionTruth): string | null {
  const { log } = partition.replica(fact.broker);
  if (log.endOffset !== fact.logEndOffset) {
    return `the log ends at ${fact.logEndOffset}, and was last told to end at ${log.endOffset}`;
  }
  const floor = Math.max(fact.logStartOffset, partition.prunedBelow);
  const held = fact.batches.filter(({ lastOffset }) => lastOffset >= floor);
  let index = log.indexOf(floor);
  for (const batch of held) {
    const told: RecordBatch | undefined = log.at(index);
    if (told === undefined || !isSameBatch(told, batch)) {
      return `the batch at ${batch.baseOffset} is not the one that was appended there`;
    }
    index += 1;
  }
  return index === log.nextIndex ? null : `${log.nextIndex - index} batches are missing at the end`;
}
