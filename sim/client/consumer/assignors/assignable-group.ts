import { type Bytes } from '../../../protocol/record-batch.ts';
import { compareTexts } from '../../../protocol/compare-texts.ts';
import { javaSetOrder } from '../../../protocol/java-hash.ts';
import { type TopicPartition, topicPartition } from '../../topic-partition.ts';

/** What a member tells the leader of its group (`ConsumerPartitionAssignor.Subscription`). */
export interface Subscription {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly topics: readonly string[];
  readonly ownedPartitions: readonly TopicPartition[];
  /** In which the member owned them; null if it has been in none. */
  readonly generationId: number | null;
  readonly rackId: string | null;
  /** What the assignor of the member added. */
  readonly userData: Bytes | null;
}

/** The racks of the replicas of each partition, by topic. */
export type TopicRacks = ReadonlyMap<string, readonly ReadonlySet<string>[]>;

export interface RackedPartition extends TopicPartition {
  /** In which it has replicas. */
  readonly racks: ReadonlySet<string>;
}

/** What there is to assign, and to whom. */
export interface AssignableGroup {
  /** In the order in which the leader's `HashMap` iterates. */
  readonly members: readonly Subscription[];
  /** Partitions in ascending order by topic; topics that somebody subscribes to and that have any. */
  readonly partitions: ReadonlyMap<string, readonly RackedPartition[]>;
}

/** The partitions of each member, by its id. */
export type Assignments = ReadonlyMap<string, readonly TopicPartition[]>;

/** The view that Kafka's `AbstractPartitionAssignor.assign` gives to every assignor. */
export function assignableGroup(
  topics: TopicRacks,
  subscriptions: readonly Subscription[],
): AssignableGroup {
  const byId = new Map(subscriptions.map((member) => [member.memberId, member]));
  const members = javaSetOrder([...byId.keys()]).flatMap((id) => byId.get(id) ?? []);

  const subscribed = new Set(members.flatMap((member) => member.topics));
  const partitions = new Map<string, readonly RackedPartition[]>();
  for (const topic of javaSetOrder([...subscribed])) {
    const racksOfPartitions = topics.get(topic) ?? [];
    if (racksOfPartitions.length === 0) continue;
    const ofTopic = racksOfPartitions.map((racks, index) => {
      const { name, partition } = topicPartition(topic, index);
      return { name, topic, partition, racks };
    });
    partitions.set(topic, ofTopic);
  }
  return { members, partitions };
}

/** By topic, then by number. */
export function comparePartitions(one: TopicPartition, other: TopicPartition): number {
  if (one.topic === other.topic) return one.partition - other.partition;
  return compareTexts(one.topic, other.topic);
}

/** Static members first, by instance; the others by member id (`MemberInfo.compareTo`). */
export function compareMembers(one: Subscription, other: Subscription): number {
  if (one.groupInstanceId === null && other.groupInstanceId === null) {
    return compareTexts(one.memberId, other.memberId);
  }
  if (one.groupInstanceId === null) return 1;
  if (other.groupInstanceId === null) return -1;
  return compareTexts(one.groupInstanceId, other.groupInstanceId);
}

/** The member's rack; undefined if it has named none. */
export function rackOf({ rackId }: Subscription): string | undefined {
  return rackId === null || rackId === '' ? undefined : rackId;
}

/**
 * Whether racks make a difference: some consumer shares a rack with some replica, and not every
 * partition has replicas in all racks (KIP-881).
 */
export function racksMatter(
  consumerRacks: ReadonlySet<string>,
  partitions: readonly RackedPartition[],
): boolean {
  const racks = new Set<string>();
  for (const partition of partitions) {
    for (const rack of partition.racks) racks.add(rack);
  }
  if (![...consumerRacks].some((rack) => racks.has(rack))) return false;
  return partitions.some((partition) => partition.racks.size !== racks.size);
}
