import { type PartitionName } from '../../../trace.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import { type RackedPartition } from './assignable-group.ts';
import { type GeneralAssignment } from './general-assignment.ts';
import { PartitionMovements } from './partition-movements.ts';
import { type OlderOwner } from './previous-owners.ts';

/** Moves partitions from more to less loaded consumers, until that betters nothing. */
export class AssignmentBalancer {
  readonly #assignment: GeneralAssignment;
  readonly #olderOwners: ReadonlyMap<PartitionName, OlderOwner>;
  readonly #movements = new PartitionMovements<RackedPartition>();

  constructor(assignment: GeneralAssignment, olderOwners: ReadonlyMap<PartitionName, OlderOwner>) {
    this.#assignment = assignment;
    this.#olderOwners = olderOwners;
  }

  /** What nobody owned moves first; unless these are all first assignments, only a better balance is kept. */
  balance(newlyAssigned: readonly RackedPartition[], isFirst: boolean): void {
    const assignment = this.#assignment;
    const isMovable = ({ topic }: RackedPartition): boolean => this.#canTopicTakePart(topic);
    for (const consumer of assignment.consumers) {
      if (!this.#canConsumerTakePart(consumer)) assignment.byLoad.remove(consumer);
    }
    const before = new Map(
      assignment.byLoad.all.map((consumer) => [consumer, this.#partitionsOf(consumer).slice()]),
    );

    if (!assignment.hasRevoked) this.#reassign(newlyAssigned.filter(isMovable));
    const hasMoved = this.#reassign(assignment.sortedPartitions.filter(isMovable));
    if (isFirst || !hasMoved) return;

    const after = [...before.keys()].map((consumer) => assignment.loadOf(consumer));
    const loadsBefore = [...before.values()].map((partitions) => partitions.length);
    if (imbalance(after) < imbalance(loadsBefore)) return;
    for (const [consumer, partitions] of before) assignment.assignments.set(consumer, partitions);
  }

  /** Returns whether any partition has moved. */
  #reassign(partitions: readonly RackedPartition[]): boolean {
    let hasMoved = false;
    let isModified = true;
    while (isModified) {
      isModified = false;
      for (const partition of partitions) {
        if (this.#isBalanced()) break;
        const consumer = this.#betterConsumer(partition);
        if (consumer === undefined) continue;
        this.#moveTo(partition, consumer);
        isModified = true;
        hasMoved = true;
      }
    }
    return hasMoved;
  }

  /**
   * An older owner, if that is less loaded by two or more; else the least loaded, if anybody is.
   * (Kafka asks first for somebody in the partition's racks, but moves it to the least loaded of
   * all even then.)
   */
  #betterConsumer({ name, topic }: RackedPartition): string | undefined {
    const { owners, byLoad } = this.#assignment;
    const load = this.#assignment.loadOf(owners.get(name) ?? '');
    const older = this.#olderOwners.get(name)?.consumer;
    const isLess = (consumer: string): boolean => load > this.#assignment.loadOf(consumer) + 1;
    if (older !== undefined && byLoad.all.includes(older) && isLess(older)) return older;
    const leastLoaded = byLoad.all.find((consumer) => this.#assignment.mayHave(consumer, topic));
    return leastLoaded !== undefined && isLess(leastLoaded) ? leastLoaded : undefined;
  }

  #moveTo(partition: RackedPartition, destination: string): void {
    const { owners, byLoad } = this.#assignment;
    const owner = owners.get(partition.name) ?? '';
    const moved = this.#movements.partitionToMove(partition, owner, destination);
    const source = owners.get(moved.name) ?? '';
    byLoad.remove(source);
    byLoad.remove(destination);
    this.#movements.move(moved, source, destination);
    const left = this.#partitionsOf(source).filter(({ name }) => name !== moved.name);
    this.#assignment.assignments.set(source, left);
    this.#partitionsOf(destination).push(moved);
    owners.set(moved.name, destination);
    byLoad.add(destination);
    byLoad.add(source);
  }

  /** Loads differ by one at most, or no consumer can get anything from one with two or more above it. */
  #isBalanced(): boolean {
    const consumers = this.#assignment.byLoad.all;
    const least = this.#assignment.loadOf(consumers.at(0) ?? '');
    const most = this.#assignment.loadOf(consumers.at(-1) ?? '');
    if (least >= most - 1) return true;
    return consumers.every((consumer) => !this.#canGain(consumer));
  }

  #canGain(consumer: string): boolean {
    const { owners, partitions } = this.#assignment;
    const load = this.#assignment.loadOf(consumer);
    if (load === this.#mostLoadOf(consumer)) return false;
    return this.#assignment.topicsOf(consumer).some((topic) =>
      (partitions.get(topic) ?? []).some(({ name }) => {
        const owner = owners.get(name) ?? '';
        return owner !== consumer && load + 1 < this.#assignment.loadOf(owner);
      }),
    );
  }

  #canTopicTakePart(topic: string): boolean {
    return this.#assignment.consumersOf(topic).length >= 2;
  }

  #canConsumerTakePart(consumer: string): boolean {
    if (this.#assignment.loadOf(consumer) < this.#mostLoadOf(consumer)) return true;
    return this.#partitionsOf(consumer).some(({ topic }) => this.#canTopicTakePart(topic));
  }

  #mostLoadOf(consumer: string): number {
    const { partitions } = this.#assignment;
    return this.#assignment
      .topicsOf(consumer)
      .reduce((sum, topic) => sum + (partitions.get(topic)?.length ?? 0), 0);
  }

  #partitionsOf(consumer: string): TopicPartition[] {
    return this.#assignment.assignments.get(consumer) ?? [];
  }
}

/** The sum over all pairs of how much their loads differ; 0 is perfectly balanced. */
function imbalance(loads: readonly number[]): number {
  let sum = 0;
  for (const [index, load] of loads.entries()) {
    for (const other of loads.slice(index + 1)) sum += Math.abs(load - other);
  }
  return sum;
}
