import { alwaysPromised } from '../configuration-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { visibleOffsets } from '../ground-truth/visible-records.ts';
import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type Instant, type Invariant } from '../invariant.ts';
import { readingStanding } from './reading-standing.ts';
import { groupHasSettled } from './settled.ts';

/** L10: a slow group is no stall, only one that commits nothing more. */
export const committedOffsetsReachTheEnd: Invariant = {
  id: 'L10',
  name: 'committed-offsets-reach-the-end',
  promise:
    'Once all faults are over, a group that commits goes on until it has committed all that is there.',
  kind: 'liveness',
  source: 'ConsumerCoordinator, CommitRequestManager; KIP-447',
  promised: alwaysPromised,

  start(truth, report) {
    const movedAt = new Map<string, Instant>();

    return {
      coordinatorStored: (_fact, { committedOffsets, at }) => {
        for (const { groupId, partition } of committedOffsets) {
          movedAt.set(`${groupId}/${partition}`, at);
        }
      },
      runEnded: (fact) => {
        for (const { groupId, members, offsets } of truth.groups.all()) {
          const owned = new Set([...members.values()].flatMap((member) => [...member.owned]));
          for (const { partition: name, current } of offsets.values()) {
            const partition = truth.partition(name);
            const isRead = current !== undefined && current.offset >= 0 && owned.has(name);
            if (!isRead || partition === undefined) continue;
            if (!groupHasSettled(truth, movedAt.get(`${groupId}/${name}`) ?? 0)) continue;
            report.exercised();
            const next = nextAfter(truth, partition, current.offset);
            if (next === undefined) continue;
            report.broken({
              message: `${groupId} stays at ${name}@${current.offset}, and ${next} is there to be read`,
              standing: readingStanding(partition, current.offset),
              evidence: { facts: [fact], partition: name, offsets: [current.offset, next] },
            });
          }
        }
      },
    };
  },
};

/** The first offset from there on that a group should have been given; undefined if there is none. */
function nextAfter(
  truth: GroundTruth,
  partition: PartitionTruth,
  from: Offset,
): Offset | undefined {
  const leader = partition.leader();
  if (leader?.isLeader !== true) return undefined;
  const { highWatermark, transactions } = leader;
  const end = transactions.firstUnstable(highWatermark) ?? highWatermark;
  for (const offset of visibleOffsets(truth, partition, from, end)) return offset;
  return undefined;
}
