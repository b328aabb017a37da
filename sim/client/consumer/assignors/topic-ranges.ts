import {
  compareMembers,
  rackOf,
  type RackedPartition,
  racksMatter,
  type Subscription,
} from './assignable-group.ts';

/** How far the partitions of one topic are assigned (`RangeAssignor.TopicAssignmentState`). */
export class TopicRanges {
  /** The members that subscribe to it, in the order of their ranges. */
  readonly consumers: readonly string[];
  readonly partitions: readonly RackedPartition[];
  readonly needsRackAwareness: boolean;
  readonly #racks = new Map<string, string>();
  readonly #unassigned: Set<RackedPartition>;
  readonly #assignedCounts = new Map<string, number>();
  readonly #partitionsPerConsumer: number;
  #consumersToGetOneMore: number;

  constructor(partitions: readonly RackedPartition[], subscribers: readonly Subscription[]) {
    this.consumers = subscribers.toSorted(compareMembers).map((member) => member.memberId);
    this.partitions = partitions;
    this.#unassigned = new Set(partitions);
    for (const member of subscribers) {
      const rack = rackOf(member);
      if (rack !== undefined) this.#racks.set(member.memberId, rack);
    }
    const consumers = Math.max(1, subscribers.length);
    this.#partitionsPerConsumer = Math.floor(partitions.length / consumers);
    this.#consumersToGetOneMore = partitions.length % consumers;
    this.needsRackAwareness = racksMatter(new Set(this.#racks.values()), partitions);
  }

  /** In ascending order. */
  get unassigned(): readonly RackedPartition[] {
    return [...this.#unassigned];
  }

  /** A consumer that has named no rack matches all. */
  racksMatch(consumer: string, partition: RackedPartition): boolean {
    const rack = this.#racks.get(consumer);
    return rack === undefined || partition.racks.has(rack);
  }

  /** How many more partitions of the topic the consumer may get. */
  room(consumer: string): number {
    const extra = this.#consumersToGetOneMore > 0 ? 1 : 0;
    const assigned = this.#assignedCounts.get(consumer) ?? 0;
    return Math.max(0, this.#partitionsPerConsumer + extra - assigned);
  }

  markAssigned(consumer: string, partitions: readonly RackedPartition[]): void {
    const count = (this.#assignedCounts.get(consumer) ?? 0) + partitions.length;
    this.#assignedCounts.set(consumer, count);
    if (count > this.#partitionsPerConsumer) this.#consumersToGetOneMore -= 1;
    for (const partition of partitions) this.#unassigned.delete(partition);
  }
}
