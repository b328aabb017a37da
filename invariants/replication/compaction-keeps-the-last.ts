import { type LogRecord, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { replicaStanding } from '../ground-truth/durability.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { isSameRecord } from '../ground-truth/same-batch.ts';
import { type Invariant } from '../invariant.ts';

/**
 * R19: judged at each cleaning. What a transaction wrote replaces older records once it is committed.
 */
export const compactionKeepsTheLast: Invariant = {
  id: 'R19',
  name: 'compaction-keeps-the-last',
  promise:
    'Compaction takes records only of which the key has a later committed one, and a tombstone only when a cleaning has seen it before; what stays keeps its offset.',
  kind: 'safety',
  source: 'Cleaner, LogCleanerManager.cleanableOffsets, KIP-534',
  promised: alwaysPromised,

  start(_, report) {
    return {
      logCleaned: (fact, { removed }, partition) => {
        report.exercised();
        const problem = problemOf(fact, removed, partition);
        if (problem === null) return;
        const replica = partition.replica(fact.broker);
        report.broken({
          message: `broker ${fact.broker} compacted ${partition.name} from ${fact.from} to ${fact.to}: ${problem.what}`,
          standing: replicaStanding(partition, replica),
          evidence: evidenceIn(partition, fact, {
            offsets: [problem.offset],
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};

interface Problem {
  readonly offset: number;
  readonly what: string;
}

/** Walks side by side through what the log held and what is left. */
function problemOf(
  { broker, to, batches }: FactOf<'logCleaned'>,
  held: readonly RecordBatch[],
  partition: PartitionTruth,
): Problem | null {
  const { highWatermark } = partition.replica(broker);
  if (to > highWatermark) {
    return { offset: to, what: `only what is below ${highWatermark} is replicated` };
  }
  let next = batches.findIndex(({ lastOffset }) => lastOffset >= partition.prunedBelow);
  if (next < 0) next = batches.length;
  for (const before of held) {
    const after = batches[next];
    const isLeft = after?.baseOffset === before.baseOffset;
    if (isLeft) next += 1;
    const problem = batchProblem(before, isLeft ? after.records : [], partition);
    if (problem !== null) return problem;
  }
  const foreign = batches[next];
  return foreign === undefined
    ? null
    : { offset: foreign.baseOffset, what: `nothing was at ${foreign.baseOffset} before` };
}

function batchProblem(
  before: RecordBatch,
  left: readonly LogRecord[],
  partition: PartitionTruth,
): Problem | null {
  let next = 0;
  for (const record of before.records) {
    const offset = before.baseOffset + record.offsetDelta;
    const after = left[next];
    if (after?.offsetDelta === record.offsetDelta) {
      if (!isSameRecord(after, record)) return { offset, what: `${offset} is another record now` };
      next += 1;
    } else if (!mayGo(before, record, partition)) {
      return { offset, what: `${offset} is gone, which was the last of its key` };
    }
  }
  return next === left.length
    ? null
    : { offset: before.baseOffset, what: `the batch at ${before.baseOffset} has new records` };
}

/** A tombstone that was never seen by a cleaning has no horizon, and stays if it is the last. */
function mayGo(batch: RecordBatch, record: LogRecord, partition: PartitionTruth): boolean {
  return batch.deleteHorizonMs < 0
    ? partition.isReplaced(batch, record)
    : partition.mayBeCompacted(batch, record);
}
