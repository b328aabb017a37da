import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type BrokerId, type Fact, type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type PartitionState, type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type ReplicaTruth } from '../ground-truth/replica-truth.ts';
import { type Invariant } from '../invariant.ts';
import { notPromised, promised, type Standing } from '../standing.ts';

/** Who has led a partition by epoch, as controller and brokers say. */
type Leaders = Map<number, BrokerId>;

/** R10: epochs of the controller, of replicas, of batches, and the epoch cache. */
export const oneLeaderPerEpoch: Invariant = {
  id: 'R10',
  name: 'one-leader-per-epoch',
  promise:
    'A leader epoch has one leader, epochs only grow, a batch carries the epoch of the leader that wrote it, and the epoch cache says where each epoch begins.',
  kind: 'safety',
  source: 'KIP-101, KIP-320, LeaderEpochFileCache; TLA+ ElectionSafety',
  promised: alwaysPromised,

  start(_, report) {
    const leaders = new Map<PartitionTruth, Leaders>();

    function broken(
      fact: Fact,
      partition: PartitionTruth,
      what: string,
      standing: Standing = promised,
    ): void {
      report.broken({
        message: `${partition.name}: ${what}`,
        standing,
        evidence: evidenceIn(partition, fact),
      });
    }

    /** Returns who else leads in that epoch; -1 if nobody does. */
    function rival(partition: PartitionTruth, leaderEpoch: number, broker: BrokerId): BrokerId {
      const known = leaders.get(partition) ?? new Map<number, BrokerId>();
      leaders.set(partition, known);
      const leader = known.get(leaderEpoch);
      if (leader === undefined) known.set(leaderEpoch, broker);
      return leader === undefined || leader === broker ? -1 : leader;
    }

    return {
      partitionChanged: (fact, _moment, partition) => {
        const problem = stateProblem(partition.previousState, fact);
        if (problem !== null) broken(fact, partition, problem);
        const other = fact.leader < 0 ? -1 : rival(partition, fact.leaderEpoch, fact.leader);
        if (other >= 0) {
          broken(fact, partition, `${other} and ${fact.leader} lead in epoch ${fact.leaderEpoch}`);
        }
      },
      leaderStarted: (fact, _moment, partition) => {
        report.exercised();
        const other = rival(partition, fact.leaderEpoch, fact.broker);
        if (other >= 0) {
          broken(fact, partition, `${other} and ${fact.broker} lead in epoch ${fact.leaderEpoch}`);
        }
      },
      batchAppended: (fact, _moment, partition) => {
        const { log } = partition.replica(fact.broker);
        const problem = batchProblem(fact, log.at(log.nextIndex - 2));
        if (problem !== null) broken(fact, partition, problem);
      },
      replicaInspected: (fact, _moment, partition) => {
        const problem = cacheProblem(fact);
        if (problem === null) return;
        const standing = cacheStanding(partition.replica(fact.broker));
        broken(fact, partition, `broker ${fact.broker}, ${problem}`, standing);
      },
    };
  },
};

function stateProblem(before: PartitionState | null, now: PartitionState): string | null {
  if (before === null) return null;
  if (now.leaderEpoch < before.leaderEpoch) {
    return `the leader epoch went back from ${before.leaderEpoch} to ${now.leaderEpoch}`;
  }
  if (now.partitionEpoch <= before.partitionEpoch) {
    return `the partition epoch went from ${before.partitionEpoch} to ${now.partitionEpoch}`;
  }
  if (now.leader !== before.leader && now.leaderEpoch === before.leaderEpoch) {
    return `the leader changed from ${before.leader} to ${now.leader} without a new leader epoch`;
  }
  return null;
}

function batchProblem(
  { asLeader, broker, leaderEpoch, batch }: FactOf<'batchAppended'>,
  before: RecordBatch | undefined,
): string | null {
  const epoch = batch.partitionLeaderEpoch;
  if (asLeader && epoch !== leaderEpoch) {
    return `broker ${broker} leads in epoch ${leaderEpoch} and appended a batch of epoch ${epoch}`;
  }
  if (epoch > leaderEpoch) {
    return `broker ${broker} follows in epoch ${leaderEpoch} and appended a batch of epoch ${epoch}`;
  }
  if (before !== undefined && before.partitionLeaderEpoch > epoch) {
    return `broker ${broker} appended a batch of epoch ${epoch} behind one of epoch ${before.partitionLeaderEpoch}`;
  }
  return null;
}

/**
 * Each batch must lie in the range of its epoch. Epochs without a batch may be in the cache, and what
 * is deleted but still on disk is not.
 */
function cacheProblem(fact: FactOf<'replicaInspected'>): string | null {
  const { epochCache, batches, logStartOffset } = fact;
  let entry = -1;
  for (const { baseOffset, lastOffset, partitionLeaderEpoch } of batches) {
    if (lastOffset < logStartOffset) continue;
    const offset = Math.max(baseOffset, logStartOffset);
    for (;;) {
      const next = epochCache[entry + 1];
      if (next === undefined || next.startOffset > offset) break;
      entry += 1;
    }
    const cached = epochCache[entry]?.leaderEpoch;
    if (cached !== partitionLeaderEpoch) {
      return `whose epoch cache gives offset ${offset} the epoch ${cached ?? 'none'} and not ${partitionLeaderEpoch}`;
    }
  }
  return epochCache.every((one, index) => isAfter(epochCache[index - 1], one))
    ? null
    : 'whose epoch cache is out of order';
}

function cacheStanding({ broker, misplacedEpoch }: ReplicaTruth): Standing {
  if (misplacedEpoch < 0) return promised;
  return notPromised(
    `broker ${broker} lost what it had written in leader epoch ${misplacedEpoch}, and led in it again before the controller knew`,
    'flush.messages=1',
  );
}

interface CachedEpoch {
  readonly leaderEpoch: number;
  readonly startOffset: number;
}

function isAfter(
  before: CachedEpoch | undefined,
  { leaderEpoch, startOffset }: CachedEpoch,
): boolean {
  if (before === undefined) return true;
  return leaderEpoch > before.leaderEpoch && startOffset > before.startOffset;
}
