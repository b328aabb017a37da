import { type PartitionName } from '../../../trace.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import {
  type AssignableGroup,
  rackOf,
  type RackedPartition,
  racksMatter,
} from './assignable-group.ts';

/** Which consumers share a rack with which partitions (`AbstractStickyAssignor.RackInfo`, KIP-881). */
export class RackMatching {
  /** Whether racks make a difference; if not, all match. */
  readonly isUsed: boolean;
  readonly #consumerRacks = new Map<string, string>();
  readonly #partitionRacks = new Map<PartitionName, ReadonlySet<string>>();

  constructor({ members, partitions }: AssignableGroup) {
    for (const member of members) {
      const rack = rackOf(member);
      if (rack !== undefined) this.#consumerRacks.set(member.memberId, rack);
    }
    const all = [...partitions.values()].flat();
    this.isUsed = racksMatter(new Set(this.#consumerRacks.values()), all);
    for (const { name, racks } of all) this.#partitionRacks.set(name, racks);
  }

  /** A consumer that has named no rack matches all. */
  matches(consumer: string, { name }: TopicPartition): boolean {
    const rack = this.#consumerRacks.get(consumer);
    return !this.isUsed || rack === undefined || this.#partitionRacks.get(name)?.has(rack) === true;
  }

  /** Those first that fewest consumers match. */
  sortedByConsumers<P extends RackedPartition>(partitions: readonly P[]): readonly P[] {
    if (!this.isUsed) return partitions;
    const consumersOf = new Map<string, number>();
    for (const rack of this.#consumerRacks.values()) {
      consumersOf.set(rack, (consumersOf.get(rack) ?? 0) + 1);
    }
    const consumers = ({ racks }: P): number =>
      [...racks].reduce((sum, rack) => sum + (consumersOf.get(rack) ?? 0), 0);
    return partitions.toSorted((one, other) => consumers(one) - consumers(other));
  }

  /** The first from `start` on, in the circle of `consumers`, that is in a rack of the partition; or -1. */
  nextConsumer(partition: RackedPartition, consumers: readonly string[], start: number): number {
    for (let step = 0; step < consumers.length; step += 1) {
      const index = (start + step) % consumers.length;
      const rack = this.#consumerRacks.get(consumers[index] ?? '');
      if (rack !== undefined && partition.racks.has(rack)) return index;
    }
    return -1;
  }
}
