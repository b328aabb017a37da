import { topicOfPartition } from '../../sim/protocol/topic-name.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type GroupTruth } from '../ground-truth/group-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Instant, type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';
import { groupHasSettled } from './settled.ts';

/** `metadata.max.age.ms`: so long may a consumer not know of a new partition. */
const metadataMaxAge: Instant = 300_000_000;

/**
 * L6: a group may still be on the move when a member came or went not long ago. An application that
 * is too slow for `max.poll.interval.ms` leaves of itself, and counts as one that went.
 */
export const groupsSettle: Invariant = {
  id: 'L6',
  name: 'groups-settle',
  promise:
    'Once all faults are over and nobody comes or goes, every group is stable, and each partition of its topics has a member.',
  kind: 'liveness',
  source: 'GroupMetadataManager, ConsumerCoordinator, ConsumerMembershipManager',
  promised: alwaysPromised,

  start(truth, report) {
    const disturbedAt = new Map<string, Instant>();
    const changedAt = new Map<string, Instant>();
    const createdAt = new Map<PartitionTruth, Instant>();

    function disturbed(node: string, at: Instant): void {
      const groupId = truth.configuration.consumer(node)?.groupId ?? null;
      if (groupId !== null) disturbedAt.set(groupId, at);
    }

    return {
      nodeStarted: (_fact, { node, at }) => {
        disturbed(node, at);
      },
      nodeStopped: (_fact, { node, at }) => {
        disturbed(node, at);
      },
      nodeCrashed: (_fact, { node, at }) => {
        disturbed(node, at);
      },
      membershipEnded: ({ groupId, why }, { at }) => {
        if (why !== 'fenced') disturbedAt.set(groupId, at);
      },
      groupChanged: (fact, { at }) => {
        if (truth.groups.group(fact.groupId).view === fact) changedAt.set(fact.groupId, at);
      },
      partitionChanged: (_fact, { at }, partition) => {
        if (partition.previousState === null) createdAt.set(partition, at);
      },
      runEnded: (fact) => {
        for (const group of truth.groups.all()) {
          if (group.members.size === 0) continue;
          if (!groupHasSettled(truth, disturbedAt.get(group.groupId) ?? 0)) continue;
          report.exercised();
          const joinedAt = changedAt.get(group.groupId) ?? 0;
          const problem = problemOf(truth, group, (partition) => {
            const since = createdAt.get(partition) ?? 0;
            return since <= joinedAt || groupHasSettled(truth, since + metadataMaxAge);
          });
          if (problem === null) continue;
          report.broken({
            message: `${group.groupId} ${problem}`,
            standing: promised,
            evidence: { facts: group.view === null ? [fact] : [group.view, fact] },
          });
        }
      },
    };
  },
};

/** @param isKnown Whether the members must have heard of a partition. */
function problemOf(
  { partitions }: GroundTruth,
  { view, members, home }: GroupTruth,
  isKnown: (partition: PartitionTruth) => boolean,
): string | null {
  // Without a coordinator it is L1 that has something to say.
  if (home?.leader()?.isLeader !== true) return null;
  if (view?.state !== 'Stable') return `is ${view?.state ?? 'unknown'} and does not become stable`;
  const owned = new Set([...members.values()].flatMap((member) => [...member.owned]));
  const topics = new Set<string>();
  for (const name of owned) topics.add(topicOfPartition(name));
  for (const partition of partitions.values()) {
    const { name, topic } = partition;
    if (!topics.has(topic.name) || owned.has(name) || !isKnown(partition)) continue;
    return `is stable, and no member has ${name}`;
  }
  return null;
}
