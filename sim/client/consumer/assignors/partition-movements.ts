import { type PartitionName } from '../../../trace.ts';
import { javaPartitionOrder } from '../../java-partition-order.ts';
import { type TopicPartition } from '../../topic-partition.ts';

interface Movement<P> {
  readonly partition: P;
  readonly source: string;
  readonly destination: string;
}

/**
 * Where partitions have moved from and to while an assignment is balanced
 * (`AbstractStickyAssignor.PartitionMovements`): no two of one topic shall change places.
 */
export class PartitionMovements<P extends TopicPartition> {
  readonly #movements = new Map<PartitionName, Movement<P>>();

  /** Counts from where the partition began; one that is back has not moved. */
  move(partition: P, source: string, destination: string): void {
    const origin = this.#movements.get(partition.name)?.source ?? source;
    this.#movements.delete(partition.name);
    if (origin === destination) return;
    this.#movements.set(partition.name, { partition, source: origin, destination });
  }

  /** Rather one of the same topic that has come the other way; else `partition` itself. */
  partitionToMove(partition: P, source: string, destination: string): P {
    const origin = this.#movements.get(partition.name)?.source ?? source;
    const back: P[] = [];
    for (const movement of this.#movements.values()) {
      if (
        movement.partition.topic === partition.topic &&
        movement.source === destination &&
        movement.destination === origin
      ) {
        back.push(movement.partition);
      }
    }
    return javaPartitionOrder(back)[0] ?? partition;
  }
}
