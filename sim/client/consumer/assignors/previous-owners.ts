import { type PartitionName } from '../../../trace.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import { type AssignableGroup, type Subscription } from './assignable-group.ts';

/** What a member owned before, as its assignor reads it from the subscription (`MemberData`). */
export interface MemberHistory {
  readonly partitions: readonly TopicPartition[];
  /** Undefined if the member does not tell. */
  readonly generation: number | undefined;
}

/** Stands for a generation that is not known; older than all others. */
export const defaultGeneration = -1;

export interface PreviousOwners {
  /** Whether all members subscribe to the same topics. */
  readonly areSubscriptionsEqual: boolean;
  /** Of each member, without partitions of topics that are gone or that newer owners have. */
  readonly owned: ReadonlyMap<string, TopicPartition[]>;
  /** What members of one generation claim together: it is nobody's. */
  readonly claimedTwice: ReadonlySet<PartitionName>;
}

/** Who keeps a claim to which partition (`AbstractStickyAssignor.allSubscriptionsEqual`). */
export function previousOwners(
  { members, partitions }: AssignableGroup,
  historyOf: (subscription: Subscription) => MemberHistory,
): PreviousOwners {
  const claims = new Claims();
  for (const member of members) {
    const { partitions: claimed, generation = defaultGeneration } = historyOf(member);
    claims.addMember(member);
    for (const partition of claimed) {
      if (partitions.has(partition.topic)) claims.add(partition, member, generation);
    }
  }
  return {
    areSubscriptionsEqual: areSubscriptionsEqual(members),
    owned: claims.owned,
    claimedTwice: claims.claimedTwice,
  };
}

/**
 * As it was before members told in which generation they owned something: each keeps its claim, whoever
 * else makes the same one.
 */
export function claimedOwners(
  { members, partitions }: AssignableGroup,
  historyOf: (subscription: Subscription) => MemberHistory,
): PreviousOwners {
  const claims = members.map((member) => {
    const claimed = historyOf(member).partitions.filter(({ topic }) => partitions.has(topic));
    return [member.memberId, claimed] as const;
  });
  return {
    areSubscriptionsEqual: areSubscriptionsEqual(members),
    owned: new Map(claims),
    claimedTwice: new Set(),
  };
}

class Claims {
  readonly owned = new Map<string, TopicPartition[]>();
  readonly claimedTwice = new Set<PartitionName>();
  readonly #owners = new Map<PartitionName, Subscription>();

  addMember({ memberId }: Subscription): void {
    this.owned.set(memberId, []);
  }

  add(partition: TopicPartition, member: Subscription, generation: number): void {
    const other = this.#owners.get(partition.name);
    // Of the other one, Kafka takes the subscription's generation, not that of the user data.
    const otherGeneration = other?.generationId ?? defaultGeneration;
    if (other !== undefined && generation < otherGeneration) return;

    this.#owners.set(partition.name, member);
    if (other !== undefined) this.#disown(partition, other);
    if (other !== undefined && generation === otherGeneration) {
      this.claimedTwice.add(partition.name);
    } else {
      this.owned.get(member.memberId)?.push(partition);
    }
  }

  #disown({ name }: TopicPartition, { memberId }: Subscription): void {
    const owned = this.owned.get(memberId) ?? [];
    const index = owned.findIndex((partition) => partition.name === name);
    if (index >= 0) owned.splice(index, 1);
  }
}

function areSubscriptionsEqual(members: readonly Subscription[]): boolean {
  let topics: ReadonlySet<string> = new Set();
  for (const member of members) {
    const own = member.topics;
    if (topics.size === 0) topics = new Set(own);
    else if (own.length !== topics.size || !own.every((topic) => topics.has(topic))) return false;
  }
  return true;
}

/** Who of a generation before the newest one had a partition. */
export interface OlderOwner {
  readonly consumer: string;
  readonly generation: number;
}

/** What members say of generations before the newest one, of each partition the latest. */
export function olderOwners(
  { members }: AssignableGroup,
  historyOf: (subscription: Subscription) => MemberHistory,
): ReadonlyMap<PartitionName, OlderOwner> {
  const histories = members.map((member) => {
    const { partitions, generation = defaultGeneration } = historyOf(member);
    return { consumer: member.memberId, partitions, generation };
  });
  const newest = Math.max(defaultGeneration, ...histories.map(({ generation }) => generation));
  const owners = new Map<PartitionName, OlderOwner>();
  for (const { consumer, partitions, generation } of histories) {
    if (generation >= newest) continue;
    for (const { name } of partitions) {
      const known = owners.get(name);
      if (known !== undefined && generation <= known.generation) continue;
      owners.set(name, { consumer, generation });
    }
  }
  return owners;
}

/**
 * `partitions` without those of `assigned`, both in the same order. As in Kafka, one in `assigned`
 * that `partitions` does not have (its topic was created anew, smaller) hides all that follow.
 */
export function withoutAssigned<P extends TopicPartition>(
  partitions: readonly P[],
  assigned: readonly TopicPartition[],
): P[] {
  let next = 0;
  return partitions.filter((partition) => {
    if (assigned[next]?.name !== partition.name) return true;
    // Without generations, several members may keep one.
    while (assigned[next]?.name === partition.name) next += 1;
    return false;
  });
}
