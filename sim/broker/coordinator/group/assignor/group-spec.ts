import { type Uuid } from '../../../../protocol/uuid.ts';

/** Numbers of partitions by topic. */
export type PartitionsByTopic = ReadonlyMap<Uuid, ReadonlySet<number>>;

/** A member, as assignors see it (`MemberSubscription` and its current target assignment). */
export interface MemberSpec {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly subscribedTopicIds: ReadonlySet<Uuid>;
  readonly assigned: PartitionsByTopic;
}

/** What an assignor works on (`GroupSpec`). Where a result depends on an order, it is that of `members`. */
export interface GroupSpec {
  readonly members: readonly MemberSpec[];
  /** Whether all members subscribe to the same topics. */
  readonly isHomogeneous: boolean;
}

/** How many partitions a topic has; undefined if there is no such topic. */
export type PartitionCountOf = (topicId: Uuid) => number | undefined;

/** By member id; or why there is none, where Kafka throws a `PartitionAssignorException`. */
export type GroupAssignment =
  | { readonly kind: 'assigned'; readonly targets: ReadonlyMap<string, PartitionsByTopic> }
  | { readonly kind: 'refused'; readonly message: string };

/** An assignor of the broker (`ConsumerGroupPartitionAssignor`, KIP-848). */
export type GroupAssignor = (
  spec: GroupSpec,
  partitionCountOf: PartitionCountOf,
) => GroupAssignment;

/** A copy of an assignment that may be changed. */
export class MutablePartitions {
  readonly byTopic = new Map<Uuid, Set<number>>();

  constructor(partitions: PartitionsByTopic) {
    for (const [topicId, ofTopic] of partitions) this.byTopic.set(topicId, new Set(ofTopic));
  }

  add(topicId: Uuid, partition: number): void {
    const ofTopic = this.byTopic.get(topicId);
    if (ofTopic === undefined) this.byTopic.set(topicId, new Set([partition]));
    else ofTopic.add(partition);
  }

  /** A topic of which nothing is left is no longer there. */
  remove(topicId: Uuid, partition: number): void {
    const ofTopic = this.byTopic.get(topicId);
    ofTopic?.delete(partition);
    if (ofTopic?.size === 0) this.byTopic.delete(topicId);
  }
}

export function missingTopicMessage(topicId: Uuid): string {
  return `Members are subscribed to topic ${topicId} which doesn't exist in the topic metadata.`;
}
