import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type BrokerId, type Fact, type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type ReplicaTruth } from '../ground-truth/replica-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** `ListOffsetsRequest.LATEST_TIMESTAMP` */
const latestTimestamp = -1;

interface Shown {
  leaderEpoch: number;
  highWatermark: Offset;
}

/**
 * R7. A replica's own high watermark may go back when another leader takes over, which is legal and
 * only counted; what one leader shows in one epoch may not.
 */
export const offsetsAreInOrder: Invariant = {
  id: 'R7',
  name: 'offsets-are-in-order',
  promise:
    'Log start, last stable offset, high watermark and log end are in this order; a leader shows no high watermark that goes back, and no end offset before it has reached the start of its epoch.',
  kind: 'safety',
  source: 'UnifiedLog, Partition.fetchOffsetForTimestamp (KIP-207)',
  promised: alwaysPromised,

  start(_, report) {
    const shownBy = new Map<PartitionTruth, Map<BrokerId, Shown>>();

    function judge(
      fact: Fact & { readonly broker: BrokerId },
      partition: PartitionTruth,
      problem: Problem | null,
    ): void {
      report.exercised();
      if (problem === null) return;
      report.broken({
        message: `broker ${fact.broker}, ${partition.name}: ${problem.what}`,
        standing: promised,
        evidence: evidenceIn(partition, fact, {
          offsets: problem.offsets,
          brokers: [fact.broker],
        }),
      });
    }

    return {
      highWatermarkMoved: (fact, _moment, partition) => {
        judge(fact, partition, moveProblem(fact, partition.replica(fact.broker)));
      },
      fetchServed: (fact, _moment, partition) => {
        const { logStartOffset, lastStableOffset, highWatermark } = fact;
        judge(fact, partition, orderProblem([logStartOffset, lastStableOffset, highWatermark]));
        if (!fact.isLeader) return;
        const shown = shownOf(shownBy, partition, fact.broker);
        judge(fact, partition, regressProblem(fact, shown));
        shown.leaderEpoch = fact.leaderEpoch;
        shown.highWatermark = highWatermark;
      },
      listOffsetsServed: (fact, _moment, partition) => {
        if (fact.error !== 'NONE' || fact.timestampMs !== latestTimestamp) return;
        judge(fact, partition, endProblem(fact, partition.replica(fact.broker)));
      },
      replicaInspected: (fact, _moment, partition) => {
        const { logStartOffset, lastStableOffset, highWatermark, logEndOffset } = fact;
        const order = [logStartOffset, lastStableOffset, highWatermark, logEndOffset];
        judge(fact, partition, orderProblem(order));
      },
    };
  },
};

interface Problem {
  readonly what: string;
  readonly offsets: readonly Offset[];
}

function moveProblem(
  { isLeader, from, to }: FactOf<'highWatermarkMoved'>,
  { log, logStartOffset }: ReplicaTruth,
): Problem | null {
  if (to > log.endOffset || to < logStartOffset) {
    return {
      what: `the high watermark ${to} lies outside of the log from ${logStartOffset} to ${log.endOffset}`,
      offsets: [logStartOffset, to, log.endOffset],
    };
  }
  if (!isLeader || to >= from) return null;
  return {
    what: `the high watermark of a leader went back from ${from} to ${to}`,
    offsets: [from, to],
  };
}

/** Log start, last stable offset, high watermark and log end, as many as are known. */
function orderProblem(offsets: readonly Offset[]): Problem | null {
  let lowest = 0;
  for (const offset of offsets) {
    if (offset < lowest) {
      const what = `log start, last stable offset, high watermark and log end are ${offsets.join(', ')}`;
      return { what, offsets };
    }
    lowest = offset;
  }
  return null;
}

function regressProblem(
  { leaderEpoch, highWatermark }: FactOf<'fetchServed'>,
  shown: Shown,
): Problem | null {
  if (shown.leaderEpoch !== leaderEpoch || highWatermark >= shown.highWatermark) return null;
  return {
    what: `consumers were shown high watermark ${shown.highWatermark}, and now ${highWatermark} in the same leader epoch`,
    offsets: [shown.highWatermark, highWatermark],
  };
}

function endProblem(
  { offset }: FactOf<'listOffsetsServed'>,
  { isLeader, highWatermark, epochStartOffset }: ReplicaTruth,
): Problem | null {
  // A replica that asks is told the log end, at any time.
  const isForClient = offset <= highWatermark;
  if (!isLeader || !isForClient || highWatermark >= epochStartOffset) return null;
  return {
    what: `the end offset was told at high watermark ${highWatermark}, before the start ${epochStartOffset} of the leader epoch`,
    offsets: [highWatermark, epochStartOffset],
  };
}

function shownOf(
  shownBy: Map<PartitionTruth, Map<BrokerId, Shown>>,
  partition: PartitionTruth,
  broker: BrokerId,
): Shown {
  let brokers = shownBy.get(partition);
  if (brokers === undefined) {
    brokers = new Map();
    shownBy.set(partition, brokers);
  }
  let shown = brokers.get(broker);
  if (shown === undefined) {
    shown = { leaderEpoch: -1, highWatermark: -1 };
    brokers.set(broker, shown);
  }
  return shown;
}
