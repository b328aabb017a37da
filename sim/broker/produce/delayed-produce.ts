import { type ErrorName } from '../../protocol/errors.ts';
import { DelayedOperation, type WatchList } from '../purgatory/delayed-operation.ts';
import { type HostedPartitions } from '../replica/hosted-partitions.ts';
import { type Partition } from '../replica/partition.ts';
import { type ProducedPartition } from './produced-partition.ts';

/** A produce with acks=all that waits until what it has appended is replicated. */
export class DelayedProduce extends DelayedOperation {
  readonly taskName = 'produce-expired';
  readonly #produced: readonly ProducedPartition[];
  readonly #hosted: HostedPartitions;
  readonly #answer: () => void;

  constructor(
    produced: readonly ProducedPartition[],
    hosted: HostedPartitions,
    answer: () => void,
  ) {
    super();
    this.#produced = produced;
    this.#hosted = hosted;
    this.#answer = answer;
    for (const partition of produced) {
      if (partition.error === 'NONE') partition.wait();
    }
  }

  watchLists(): WatchList[] {
    const lists: WatchList[] = [];
    for (const { partition } of this.#produced) {
      if (partition !== undefined) lists.push(partition.waitingProduces);
    }
    return lists;
  }

  canComplete(): boolean {
    let isAnyWaiting = false;
    for (const produced of this.#produced) {
      if (!produced.isWaiting) continue;
      const outcome = this.#outcome(produced);
      if (outcome === undefined) isAnyWaiting = true;
      else produced.settle(outcome);
    }
    return !isAnyWaiting;
  }

  protected complete(): void {
    this.#answer();
  }

  /** Undefined while the records are not replicated. */
  #outcome({ topic, index, requiredOffset }: ProducedPartition): ErrorName | undefined {
    const partition = this.#hosted.find(topic, index);
    return typeof partition === 'string' ? partition : replicatedUpTo(partition, requiredOffset);
  }
}

/**
 * Whether everything below `offset` is replicated, and to enough replicas: the maximal ISR counts, as it
 * does for the high watermark (`Partition.checkEnoughReplicasReachOffset`).
 */
function replicatedUpTo(partition: Partition, offset: number): ErrorName | undefined {
  const log = partition.leaderLog;
  if (log === undefined) return 'NOT_LEADER_OR_FOLLOWER';
  if (log.highWatermark < offset) return undefined;
  const isEnough = partition.minIsr(log) <= partition.isr.maximalIsr.length;
  return isEnough ? 'NONE' : 'NOT_ENOUGH_REPLICAS_AFTER_APPEND';
}
