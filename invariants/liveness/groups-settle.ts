import { topicOfPartition } from '../../sim/protocol/topic-name.ts';
import { type PartitionName } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type GroupTruth } from '../ground-truth/group-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Subscriber } from '../ground-truth/subscribers.ts';
import { type Instant, type Invariant } from '../invariant.ts';
import { notPromised, promised, type Standing } from '../standing.ts';
import { groupHasSettled } from './settled.ts';

/** `metadata.max.age.ms`: so long may a consumer not know of a new partition. */
const metadataMaxAge: Instant = 300_000_000;

/**
 * L6: a group may still be on the move when a member came or went not long ago. An application that
 * is too slow for `max.poll.interval.ms` leaves of itself, and counts as one that went. Who is told an
 * error that it cannot mend need not be a member; that it was is said.
 */
export const groupsSettle: Invariant = {
  id: 'L6',
  name: 'groups-settle',
  promise:
    'Once all faults are over and nobody comes or goes, every group is stable, who has subscribed is a member, and each partition of the topics has one.',
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
      subscriptionChanged: (_fact, { node, at }) => {
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
        for (const use of uses(truth)) {
          const { groupId, view } = use.group;
          if (!groupHasSettled(truth, disturbedAt.get(groupId) ?? 0)) continue;
          report.exercised();
          const joinedAt = changedAt.get(groupId) ?? 0;
          const problem = problemOf(truth, use, (partition) => {
            const since = createdAt.get(partition) ?? 0;
            return since <= joinedAt || groupHasSettled(truth, since + metadataMaxAge);
          });
          if (problem === null) continue;
          report.broken({
            message: `${groupId} ${problem.what}`,
            standing: problem.standing,
            evidence: { facts: view === null ? [fact] : [view, fact] },
          });
        }
      },
    };
  },
};

/** A group, and who wants to be in it. */
interface Use {
  readonly group: GroupTruth;
  readonly subscribers: readonly Subscriber[];
}

/** Those groups that somebody is in, or wants to be. */
function uses({ groups, subscribers }: GroundTruth): readonly Use[] {
  const byGroup = new Map<GroupTruth, Subscriber[]>();
  for (const group of groups.all()) {
    if (hasMembers(group)) byGroup.set(group, []);
  }
  for (const subscriber of subscribers.all()) {
    const group = groups.group(subscriber.groupId);
    byGroup.set(group, [...(byGroup.get(group) ?? []), subscriber]);
  }
  return [...byGroup].map(([group, mine]) => ({ group, subscribers: mine }));
}

interface Problem {
  readonly what: string;
  readonly standing: Standing;
}

/** @param isKnown Whether the members must have heard of a partition. */
function problemOf(
  truth: GroundTruth,
  use: Use,
  isKnown: (partition: PartitionTruth) => boolean,
): Problem | null {
  // Without a coordinator it is L1 that has something to say.
  if (!hasCoordinator(truth, use.group)) return null;
  const what = unrest(use) ?? gap(truth, use, isKnown);
  if (what !== null) return { what, standing: promised };
  return exclusion(use);
}

function hasCoordinator({ partitions }: GroundTruth, { home }: GroupTruth): boolean {
  if (home !== null) return home.leader()?.isLeader === true;
  const offsets = [...partitions.values()].filter(({ coordinates }) => coordinates === 'groups');
  return offsets.length > 0 && offsets.every((one) => one.leader()?.isLeader === true);
}

/** Those who may be members: who polls, and was told nothing that it cannot mend. */
function candidates({ subscribers }: Use): readonly Subscriber[] {
  return subscribers.filter(({ fatal, isAway }) => fatal === null && !isAway);
}

/** The group is not stable, or somebody is not in it. */
function unrest(use: Use): string | null {
  const { view } = use.group;
  const waiting = candidates(use);
  if (waiting.length === 0 && !hasMembers(use.group)) return null;
  const outsider = outsiderOf(use.group, waiting);
  const state = view?.state ?? 'unknown';
  if (outsider !== undefined) {
    const { node, refusedWith } = outsider;
    return `is ${state}, and ${node} does not get into it${refusedWith === null ? '' : `: ${refusedWith}`}`;
  }
  return state === 'Stable' ? null : `is ${state} and does not become stable`;
}

function hasMembers({ members, view }: GroupTruth): boolean {
  return members.size > 0 || (view?.members.length ?? 0) > 0;
}

/**
 * One that is not in the group. A consumer of the new protocol says nothing of an assignment that is empty
 * from the beginning: those may be the members that nobody else is.
 */
function outsiderOf(group: GroupTruth, waiting: readonly Subscriber[]): Subscriber | undefined {
  const outsiders = waiting.filter(({ node }) => !isMember(node, group));
  const { view } = group;
  if (view?.protocol !== 'consumer') return outsiders[0];
  const silent = view.members.length - (waiting.length - outsiders.length);
  return outsiders.length > silent ? outsiders[0] : undefined;
}

/** Whether both the consumer and its coordinator say so. */
function isMember(node: string, { members, view }: GroupTruth): boolean {
  const memberId = members.get(node)?.memberId;
  return view?.members.some((member) => member.memberId === memberId) === true;
}

/** A partition that nobody has. */
function gap(
  { partitions }: GroundTruth,
  use: Use,
  isKnown: (partition: PartitionTruth) => boolean,
): string | null {
  const owned = new Set<PartitionName>();
  for (const member of use.group.members.values()) {
    for (const partition of member.owned) owned.add(partition);
  }
  const topics = new Set([...owned].map(topicOfPartition));
  for (const subscriber of candidates(use)) {
    for (const topic of subscriber.topics) topics.add(topic);
  }
  for (const partition of partitions.values()) {
    const { name, topic } = partition;
    if (!topics.has(topic.name) || owned.has(name) || !isKnown(partition)) continue;
    return `is stable, and no member has ${name}`;
  }
  return null;
}

/** Somebody was told why it is not in the group. */
function exclusion({ subscribers }: Use): Problem | null {
  for (const { node, fatal } of subscribers) {
    if (fatal === null) continue;
    const what = `does without ${node}, which was told ${fatal.error}`;
    const because = `${node} is not in its group, and was told ${fatal.error}`;
    return { what, standing: notPromised(because, 'whatever does away with this error') };
  }
  return null;
}
