import { compareTexts } from '../../../protocol/compare-texts.ts';
import { type PartitionName } from '../../../trace.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import {
  type AssignableGroup,
  comparePartitions,
  type RackedPartition,
} from './assignable-group.ts';
import { AssignorError } from './assignor-error.ts';
import { type PreviousOwners, withoutAssigned } from './previous-owners.ts';
import { RackMatching } from './rack-matching.ts';

/**
 * The assignment where all members subscribe to the same topics
 * (`AbstractStickyAssignor.ConstrainedAssignmentBuilder`): everybody keeps what it owns up to a
 * quota, then those below it are filled in turn, with partitions of their rack before others.
 * @throws {AssignorError} If what members claim to own cannot be.
 */
export function constrainedAssignment(
  group: AssignableGroup,
  previous: PreviousOwners,
): ConstrainedAssignment {
  const builder = new ConstrainedAssignment(group, previous);
  builder.keepOwned();
  builder.fill();
  return builder;
}

class ConstrainedAssignment {
  readonly assignments = new Map<string, TopicPartition[]>();
  /** The new owners of partitions that others may have to give up first. */
  readonly movedTo = new Map<PartitionName, string>();
  readonly #group: AssignableGroup;
  readonly #previous: PreviousOwners;
  readonly #racks: RackMatching;
  readonly #minQuota: number;
  readonly #maxQuota: number;
  /** How many more members may have `maxQuota`; stays 0 if the quotas are the same. */
  #roomAboveMinQuota: number;
  readonly #kept: TopicPartition[] = [];
  /** Who may have to give up what. */
  readonly #revokedFrom = new Map<PartitionName, string>();
  readonly #belowMinQuota: string[] = [];
  /** Members that have `minQuota` and could get one more. */
  #atMinQuota: string[] = [];

  constructor(group: AssignableGroup, previous: PreviousOwners) {
    this.#group = group;
    this.#previous = previous;
    this.#racks = new RackMatching(group);
    const members = Math.max(1, group.members.length);
    let total = 0;
    for (const ofTopic of group.partitions.values()) total += ofTopic.length;
    this.#minQuota = Math.floor(total / members);
    this.#maxQuota = Math.ceil(total / members);
    this.#roomAboveMinQuota = total % members;
  }

  keepOwned(): void {
    for (const [consumer, owned] of this.#previous.owned) this.#keep(consumer, owned);
  }

  fill(): void {
    this.#belowMinQuota.sort(compareTexts);
    this.#atMinQuota.sort(compareTexts);
    const topics = [...this.#group.partitions.keys()].toSorted(compareTexts);
    const all = topics.flatMap((topic) => this.#group.partitions.get(topic) ?? []);
    const unassigned = withoutAssigned(all, this.#kept.toSorted(comparePartitions));

    const sorted = this.#racks.sortedByConsumers(unassigned);
    this.#fillInTurn(this.#racks.isUsed ? this.#fillWithinRacks(sorted) : sorted);
    this.#verifyFilled();
  }

  #keep(consumer: string, owned: readonly TopicPartition[]): void {
    const keepable: TopicPartition[] = [];
    for (const partition of owned.toSorted(compareByNumber)) {
      if (!this.#racks.matches(consumer, partition)) this.#revoke(partition, consumer);
      else if (!this.#previous.claimedTwice.has(partition.name)) keepable.push(partition);
    }

    let quota = this.#minQuota;
    if (keepable.length < this.#minQuota) {
      this.#belowMinQuota.push(consumer);
    } else if (keepable.length >= this.#maxQuota && this.#roomAboveMinQuota > 0) {
      quota = this.#maxQuota;
      this.#takeRoomAboveMinQuota();
    } else if (this.#roomAboveMinQuota > 0) {
      this.#atMinQuota.push(consumer);
    }
    const kept = keepable.slice(0, quota);
    this.assignments.set(consumer, kept);
    this.#kept.push(...kept);
    for (const partition of keepable.slice(quota)) this.#revoke(partition, consumer);
  }

  /** Returns those that found no place. */
  #fillWithinRacks(partitions: readonly RackedPartition[]): readonly RackedPartition[] {
    let turn = 0;
    return partitions.filter((partition) => {
      const index = this.#racks.nextConsumer(partition, this.#belowMinQuota, turn);
      if (index < 0) return !this.#fillAboveMinQuota(partition);
      turn = this.#fillBelowMinQuota(partition, index);
      return false;
    });
  }

  /** Returns where the next turn begins. */
  #fillBelowMinQuota(partition: RackedPartition, index: number): number {
    const consumer = this.#belowMinQuota[index] ?? '';
    const count = this.#assign(partition, consumer);
    let next = index + 1;
    if (count >= this.#minQuota) {
      this.#belowMinQuota.splice(index, 1);
      if (count < this.#maxQuota && this.#roomAboveMinQuota > 0) this.#atMinQuota.push(consumer);
      next = index;
    }
    return this.#belowMinQuota.length === 0 ? 0 : next % this.#belowMinQuota.length;
  }

  #fillAboveMinQuota(partition: RackedPartition): boolean {
    const index = this.#racks.nextConsumer(partition, this.#atMinQuota, 0);
    const consumer = this.#atMinQuota[index];
    if (consumer === undefined) return false;
    if (this.#assign(partition, consumer) === this.#maxQuota) {
      this.#atMinQuota.splice(index, 1);
      this.#takeRoomAboveMinQuota();
    }
    return true;
  }

  #fillInTurn(partitions: readonly RackedPartition[]): void {
    let turn = 0;
    for (const partition of partitions) {
      if (turn >= this.#belowMinQuota.length) turn = 0;
      const consumer = this.#belowMinQuota[turn] ?? this.#atMinQuota.shift();
      if (consumer === undefined) {
        throw new AssignorError('No more unfilled consumers to be assigned.');
      }
      turn += 1;
      const count = this.#assign(partition, consumer);
      if (count === this.#minQuota) {
        turn -= 1;
        this.#belowMinQuota.splice(turn, 1);
        this.#atMinQuota.push(consumer);
      } else if (count === this.#maxQuota) {
        this.#roomAboveMinQuota -= 1;
      }
    }
  }

  #verifyFilled(): void {
    for (const consumer of this.#belowMinQuota) {
      if (this.#roomAboveMinQuota !== 0) {
        throw new AssignorError(
          "We haven't reached the expected number of members with more than the minQuota partitions, but no more partitions to be assigned",
        );
      }
      if (this.assignments.get(consumer)?.length !== this.#minQuota) {
        throw new AssignorError(
          `Consumer: [${consumer}] doesn't reach minQuota partitions, and no more partitions to be assigned`,
        );
      }
    }
  }

  /** Returns how many the consumer then has. */
  #assign(partition: RackedPartition, consumer: string): number {
    const assigned = this.assignments.get(consumer) ?? [];
    assigned.push(partition);
    const revokedFrom = this.#revokedFrom.get(partition.name);
    const isMoved = revokedFrom !== undefined && revokedFrom !== consumer;
    if (isMoved || this.#previous.claimedTwice.has(partition.name)) {
      this.movedTo.set(partition.name, consumer);
    }
    return assigned.length;
  }

  #takeRoomAboveMinQuota(): void {
    this.#roomAboveMinQuota -= 1;
    if (this.#roomAboveMinQuota === 0) this.#atMinQuota = [];
  }

  #revoke({ name }: TopicPartition, consumer: string): void {
    this.#revokedFrom.set(name, consumer);
  }
}

/** By number first, so that what a member gives up comes from all topics alike. */
function compareByNumber(one: TopicPartition, other: TopicPartition): number {
  if (one.partition !== other.partition) return one.partition - other.partition;
  return compareTexts(one.topic, other.topic);
}
