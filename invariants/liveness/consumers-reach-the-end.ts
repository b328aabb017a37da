import { type Offset } from '../../sim/protocol/record-batch.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { visibleOffsets } from '../ground-truth/visible-records.ts';
import { type Instant, type Invariant } from '../invariant.ts';
import { readingStanding } from './reading-standing.ts';
import { hasSettled } from './settled.ts';

interface Progress {
  position: Offset;
  movedAt: Instant;
  /** `poll` fetches it: assigned, not paused, and no error says that it will not. */
  isFetched: boolean;
}

/** L4: a slow consumer is no stall, only one that does not move at all. */
export const consumersReachTheEnd: Invariant = {
  id: 'L4',
  name: 'consumers-reach-the-end',
  promise:
    'Once all faults are over, a consumer that polls goes on until it has read everything that is committed.',
  kind: 'liveness',
  source: 'AbstractFetch, FetchCollector; Jepsen: final polls',
  promised: alwaysPromised,

  start(truth, report) {
    const consumers = new Map<string, Map<PartitionTruth, Progress>>();

    function move(node: string, partition: PartitionTruth, position: Offset, at: Instant): void {
      const progress = progressOf(consumers, node, partition);
      if (progress.position === position) return;
      progress.position = position;
      progress.movedAt = at;
    }

    return {
      nodeStarted: (_fact, { node }) => {
        consumers.delete(node);
      },
      assignmentChanged: ({ partitions }, { node, at }) => {
        for (const progress of consumers.get(node)?.values() ?? []) progress.isFetched = false;
        for (const name of partitions) {
          const partition = truth.partition(name);
          if (partition === undefined) continue;
          const progress = progressOf(consumers, node, partition);
          progress.isFetched = true;
          progress.movedAt = at;
        }
      },
      positionMoved: (fact, { node, at }, partition) => {
        move(node, partition, fact.to, at);
      },
      recordsPolled: (fact, { node, at }, partition) => {
        move(node, partition, fact.nextPosition, at);
      },
      consumerError: (_fact, { node }, partition) => {
        progressOf(consumers, node, partition).isFetched = false;
      },
      membershipEnded: ({ why }, { node }) => {
        if (why === 'fatal') consumers.delete(node);
      },
      runEnded: (fact) => {
        for (const [node, partitions] of consumers) {
          if (!truth.running.has(node) || isHeldUp(partitions)) continue;
          for (const [partition, progress] of partitions) {
            const end = endOf(truth, partition, node);
            if (!progress.isFetched || end < 0 || !hasSettled(truth, progress.movedAt)) continue;
            report.exercised();
            if (!isBehind(truth, partition, progress.position, end)) continue;
            report.broken({
              message: `${node} polls ${partition.name} and stays at ${progress.position}, and ${end} is committed`,
              standing: readingStanding(partition, progress.position),
              evidence: {
                facts: [fact],
                partition: partition.name,
                offsets: [progress.position, end],
              },
            });
          }
        }
      },
    };
  },
};

function progressOf(
  consumers: Map<string, Map<PartitionTruth, Progress>>,
  node: string,
  partition: PartitionTruth,
): Progress {
  let mine = consumers.get(node);
  if (mine === undefined) {
    mine = new Map();
    consumers.set(node, mine);
  }
  let progress = mine.get(partition);
  if (progress === undefined) {
    progress = { position: -1, movedAt: 0, isFetched: false };
    mine.set(partition, progress);
  }
  return progress;
}

/** An application may wait in a call that asks about all its partitions while one has no leader. */
function isHeldUp(partitions: ReadonlyMap<PartitionTruth, Progress>): boolean {
  for (const [partition, { isFetched }] of partitions) {
    if (isFetched && partition.leader()?.isLeader !== true) return true;
  }
  return false;
}

/** How far a consumer can read; -1 where nobody serves. */
function endOf({ configuration }: GroundTruth, partition: PartitionTruth, node: string): Offset {
  const leader = partition.leader();
  if (leader?.isLeader !== true) return -1;
  const { highWatermark, transactions } = leader;
  const readsAll = configuration.consumer(node)?.isolationLevel !== 'read_committed';
  if (readsAll || !partition.hasTransactions) return highWatermark;
  return transactions.firstUnstable(highWatermark) ?? highWatermark;
}

/** What is not visible need not be passed: a poll may end before the markers. */
function isBehind(
  truth: GroundTruth,
  partition: PartitionTruth,
  position: Offset,
  end: Offset,
): boolean {
  if (position >= end) return false;
  if (!partition.hasTransactions || position < 0) return true;
  return visibleOffsets(truth, partition, position, end).next().done !== true;
}
