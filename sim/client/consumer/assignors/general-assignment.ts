import { compareTexts } from '../../../protocol/compare-texts.ts';
import { type PartitionName } from '../../../trace.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import { type AssignableGroup, type RackedPartition } from './assignable-group.ts';
import { ConsumersByLoad } from './consumers-by-load.ts';
import { type PreviousOwners, withoutAssigned } from './previous-owners.ts';
import { RackMatching } from './rack-matching.ts';

/**
 * Partitions by consumer, which change, and what each consumer may have, which does not
 * (`AbstractStickyAssignor.GeneralAssignmentBuilder`).
 */
export class GeneralAssignment {
  readonly assignments = new Map<string, TopicPartition[]>();
  readonly owners = new Map<PartitionName, string>();
  readonly consumers: readonly string[];
  readonly partitions: AssignableGroup['partitions'];
  /** Topics with fewest potential consumers first. */
  readonly sortedPartitions: readonly RackedPartition[];
  /** Those whose load may still change. */
  readonly byLoad = new ConsumersByLoad(this.assignments);
  /** Whether somebody has lost a partition that it owned: then balance has to look at all. */
  hasRevoked = false;
  readonly #racks: RackMatching;
  readonly #potentialTopics = new Map<string, readonly string[]>();
  readonly #potentialConsumers = new Map<string, readonly string[]>();

  constructor(group: AssignableGroup) {
    const { members, partitions } = group;
    this.partitions = partitions;
    this.consumers = members.map((member) => member.memberId);
    this.#racks = new RackMatching(group);
    for (const { memberId, topics } of members) {
      const potential = topics.filter((topic) => partitions.has(topic));
      this.#potentialTopics.set(memberId, potential);
      this.assignments.set(memberId, []);
    }
    for (const topic of partitions.keys()) {
      const subscribers = this.consumers.filter((consumer) => this.mayHave(consumer, topic));
      this.#potentialConsumers.set(topic, subscribers);
    }
    const topics = [...partitions.keys()].toSorted((one, other) => this.#compareTopics(one, other));
    this.sortedPartitions = topics.flatMap((topic) => partitions.get(topic) ?? []);
  }

  /** Whether nobody has anything. */
  get isEmpty(): boolean {
    return this.loadOf(this.byLoad.all.at(-1) ?? '') === 0;
  }

  topicsOf(consumer: string): readonly string[] {
    return this.#potentialTopics.get(consumer) ?? [];
  }

  consumersOf(topic: string): readonly string[] {
    return this.#potentialConsumers.get(topic) ?? [];
  }

  mayHave(consumer: string, topic: string): boolean {
    return this.topicsOf(consumer).includes(topic);
  }

  loadOf(consumer: string): number {
    return this.assignments.get(consumer)?.length ?? 0;
  }

  /** Returns what nobody keeps. */
  keepOwned({ owned }: PreviousOwners): RackedPartition[] {
    for (const [consumer, partitions] of owned) {
      const kept = partitions.filter(
        (partition) =>
          this.mayHave(consumer, partition.topic) && this.#racks.matches(consumer, partition),
      );
      if (kept.length < partitions.length) this.hasRevoked = true;
      for (const { name } of kept) this.owners.set(name, consumer);
      this.assignments.set(consumer, kept);
      this.byLoad.add(consumer);
    }
    const all = [...this.assignments.values()].flat();
    const kept = all.toSorted((one, other) =>
      one.topic === other.topic
        ? one.partition - other.partition
        : this.#compareTopics(one.topic, other.topic),
    );
    return withoutAssigned(this.sortedPartitions, kept);
  }

  /** To the least loaded that may have it, in its rack where possible. */
  assign(unassigned: readonly RackedPartition[]): void {
    const outsideRacks = this.#racks.isUsed
      ? unassigned.filter((partition) => !this.#assignToLeastLoaded(partition, true))
      : unassigned;
    for (const partition of outsideRacks) this.#assignToLeastLoaded(partition, false);
  }

  #assignToLeastLoaded(partition: RackedPartition, isWithinRack: boolean): boolean {
    const consumer = this.byLoad.all.find(
      (candidate) =>
        this.mayHave(candidate, partition.topic) &&
        (!isWithinRack || this.#racks.matches(candidate, partition)),
    );
    if (consumer === undefined) return false;
    this.byLoad.remove(consumer);
    this.assignments.get(consumer)?.push(partition);
    this.owners.set(partition.name, consumer);
    this.byLoad.add(consumer);
    return true;
  }

  #compareTopics(one: string, other: string): number {
    const difference = this.consumersOf(one).length - this.consumersOf(other).length;
    return difference === 0 ? compareTexts(one, other) : difference;
  }
}
