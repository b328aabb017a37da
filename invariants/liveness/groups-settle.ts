import { alwaysPromised } from '../configuration-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type GroupTruth } from '../ground-truth/group-truth.ts';
import { type Instant, type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';
import { groupHasSettled } from './settled.ts';

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
      topicCreated: (_fact, { at }) => {
        for (const groupId of disturbedAt.keys()) disturbedAt.set(groupId, at);
      },
      runEnded: (fact) => {
        for (const group of truth.groups.all()) {
          if (group.members.size === 0) continue;
          if (!groupHasSettled(truth, disturbedAt.get(group.groupId) ?? 0)) continue;
          report.exercised();
          const problem = problemOf(truth, group);
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

function problemOf(
  { partitions }: GroundTruth,
  { view, members, home }: GroupTruth,
): string | null {
  // Without a coordinator it is L1 that has something to say.
  if (home?.leader()?.isLeader !== true) return null;
  if (view?.state !== 'Stable') return `is ${view?.state ?? 'unknown'} and does not become stable`;
  const owned = new Set([...members.values()].flatMap((member) => [...member.owned]));
  const topics = new Set<string>();
  for (const name of owned) topics.add(name.slice(0, name.lastIndexOf('-')));
  for (const { name, topic, state } of partitions.values()) {
    if (state !== null && topics.has(topic.name) && !owned.has(name)) {
      return `is stable, and no member has ${name}`;
    }
  }
  return null;
}
