import { compareUuids, type Uuid } from '../../../../protocol/uuid.ts';
import {
  type GroupAssignment,
  type GroupSpec,
  missingTopicMessage,
  MutablePartitions,
  type PartitionCountOf,
} from './group-spec.ts';
import { LoadRanges } from './load-ranges.ts';

/** After so many rounds over all topics, what is not balanced stays so. */
const maxIterations = 16;

/** Stands for the index of a member. */
const nobody = -1;

interface SubscribedTopic {
  readonly topicId: Uuid;
  /** Indexes of members, ascending. */
  readonly subscribers: number[];
  /** The index of the member that has each partition, or `nobody`. */
  readonly owners: number[];
}

/**
 * Where members subscribe to different topics (`UniformHeterogeneousAssignmentBuilder`): each keeps
 * what it subscribes to, the rest goes to the least loaded subscribers, then topic by topic
 * partitions move from the most to the least loaded ones.
 */
export function heterogeneousAssignment(
  spec: GroupSpec,
  partitionCountOf: PartitionCountOf,
): GroupAssignment {
  const topics = new Map<Uuid, SubscribedTopic>();
  for (const [index, { subscribedTopicIds }] of spec.members.entries()) {
    for (const topicId of subscribedTopicIds) {
      const count = partitionCountOf(topicId);
      if (count === undefined) return { kind: 'refused', message: missingTopicMessage(topicId) };
      const owners = new Array<number>(count).fill(nobody);
      const topic = topics.get(topicId) ?? { topicId, subscribers: [], owners };
      topic.subscribers.push(index);
      topics.set(topicId, topic);
    }
  }
  if (topics.size === 0) return { kind: 'assigned', targets: new Map() };

  const assignment = new HeterogeneousAssignment(spec, topics);
  assignment.keepSubscribed();
  assignment.assignRemaining();
  assignment.balance();
  return { kind: 'assigned', targets: assignment.targets };
}

class HeterogeneousAssignment {
  readonly #spec: GroupSpec;
  readonly #topics: ReadonlyMap<Uuid, SubscribedTopic>;
  readonly #sortedTopics: readonly SubscribedTopic[];
  /** Both by the index of the member. */
  readonly #targets: readonly MutablePartitions[];
  readonly #loads: number[];

  constructor(spec: GroupSpec, topics: ReadonlyMap<Uuid, SubscribedTopic>) {
    this.#spec = spec;
    this.#topics = topics;
    this.#sortedTopics = [...topics.values()].toSorted(compareTopics);
    this.#targets = spec.members.map(({ assigned }) => new MutablePartitions(assigned));
    this.#loads = spec.members.map(() => 0);
  }

  get targets(): GroupAssignmentTargets {
    const targets = this.#spec.members.map(({ memberId }, index) => {
      return [memberId, this.#targets[index]?.byTopic ?? new Map()] as const;
    });
    return new Map(targets);
  }

  keepSubscribed(): void {
    for (const [index, { assigned, subscribedTopicIds }] of this.#spec.members.entries()) {
      for (const [topicId, partitions] of assigned) {
        if (!subscribedTopicIds.has(topicId)) {
          this.#targets[index]?.byTopic.delete(topicId);
          continue;
        }
        this.#changeLoad(index, partitions.size);
        const topic = this.#topics.get(topicId);
        if (topic === undefined) continue;
        for (const partition of partitions) topic.owners[partition] = index;
      }
    }
  }

  assignRemaining(): void {
    for (const topic of this.#sortedTopics) {
      const ranges = new LoadRanges(topic.subscribers, this.#loads);
      for (const [partition, owner] of topic.owners.entries()) {
        if (owner === nobody) this.#assign(topic, partition, ranges.takeLeastLoaded());
      }
    }
  }

  /** Until a round over all topics, from the last one that changed, has moved nothing. */
  balance(): void {
    const topics = this.#sortedTopics.filter(({ subscribers }) => subscribers.length >= 2);
    let lastChanged = -1;
    for (let iteration = 0; iteration < maxIterations; iteration += 1) {
      for (const [index, topic] of topics.entries()) {
        if (index === lastChanged) return;
        const hasMoved = this.#balanceTopic(topic);
        if (hasMoved || lastChanged === -1) lastChanged = index;
      }
    }
  }

  #balanceTopic(topic: SubscribedTopic): boolean {
    const ranges = new LoadRanges(topic.subscribers, this.#loads);
    if (ranges.imbalance <= 1) return false;
    const owned = partitionsByOwner(topic);
    let hasMoved = false;
    for (;;) {
      const partition = takeFromMostLoaded(ranges, owned);
      if (partition === undefined) return hasMoved;
      const destination = ranges.takeLeastLoaded();
      if (ranges.isBalanced) return hasMoved;
      this.#assign(topic, partition, destination);
      hasMoved = true;
    }
  }

  #assign({ topicId, owners }: SubscribedTopic, partition: number, member: number): void {
    const owner = owners[partition] ?? nobody;
    if (owner !== nobody) {
      this.#targets[owner]?.remove(topicId, partition);
      this.#changeLoad(owner, -1);
    }
    this.#targets[member]?.add(topicId, partition);
    owners[partition] = member;
    this.#changeLoad(member, 1);
  }

  #changeLoad(member: number, by: number): void {
    this.#loads[member] = (this.#loads[member] ?? 0) + by;
  }
}

type GroupAssignmentTargets = Extract<GroupAssignment, { kind: 'assigned' }>['targets'];

/** Most partitions per subscriber first, then fewest subscribers, then by id. */
function compareTopics(one: SubscribedTopic, other: SubscribedTopic): number {
  const [mine, others] = [one.subscribers.length, other.subscribers.length];
  const byShare = other.owners.length / others - one.owners.length / mine;
  if (byShare !== 0) return byShare;
  return mine === others ? compareUuids(one.topicId, other.topicId) : mine - others;
}

/** Ascending. */
function partitionsByOwner({ owners }: SubscribedTopic): ReadonlyMap<number, number[]> {
  const owned = new Map<number, number[]>();
  for (const [partition, owner] of owners.entries()) {
    const partitions = owned.get(owner);
    if (partitions === undefined) owned.set(owner, [partition]);
    else partitions.push(partition);
  }
  return owned;
}

/** The last partition of the most loaded member that has any of the topic; undefined if none has. */
function takeFromMostLoaded(
  ranges: LoadRanges,
  owned: ReadonlyMap<number, number[]>,
): number | undefined {
  let member = ranges.takeMostLoaded();
  while (member !== nobody) {
    const partition = owned.get(member)?.pop();
    if (partition !== undefined) return partition;
    ranges.excludeMostLoaded();
    member = ranges.takeMostLoaded();
  }
  return undefined;
}
