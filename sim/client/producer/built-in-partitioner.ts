import { present } from '../../kernel/assert.ts';
import { type Random } from '../../kernel/random.ts';
import { type Bytes } from '../../protocol/record-batch.ts';
import { type TopicView } from '../metadata-snapshot.ts';
import { murmur2 } from './murmur2.ts';

/** The partition that records without a key go to for the time being. */
export interface StickyPartition {
  readonly partition: number;
  producedBytes: number;
}

/** How partitions are weighted against their queues: the longer a queue, the less likely. */
export interface PartitionLoads {
  readonly partitions: readonly number[];
  /** Running sums of the weights. */
  readonly cumulative: readonly number[];
}

/** Tells how the queues were when the sender last looked; `undefined` if all partitions are equal. */
export interface LoadSource {
  readonly loads: (view: TopicView) => PartitionLoads | undefined;
}

/** Random numbers are drawn below this, and then taken modulo the number of choices. */
const drawBound = 2_147_483_648;

/** The partition of a record with a key. */
export function partitionForKey(key: Bytes, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount;
}

/**
 * Chooses partitions for one topic's records without a key (`BuiltInPartitioner`): stays on one for about
 * `batch.size` bytes, and then draws another.
 */
export class BuiltInPartitioner {
  readonly #stickyBytes: number;
  readonly #random: Random;
  readonly #source: LoadSource;
  #sticky: StickyPartition | undefined = undefined;

  constructor(stickyBytes: number, random: Random, source: LoadSource) {
    this.#stickyBytes = stickyBytes;
    this.#random = random;
    this.#source = source;
  }

  current(view: TopicView): StickyPartition {
    this.#sticky ??= this.#draw(view);
    return this.#sticky;
  }

  isCurrent(sticky: StickyPartition): boolean {
    return this.#sticky === sticky;
  }

  /**
   * Counts bytes that were produced to the current partition, and leaves it after enough: before twice
   * `batch.size` only if `maySwitch`, so that batches are filled.
   */
  produced(sticky: StickyPartition, bytes: number, maySwitch: boolean, view: TopicView): void {
    sticky.producedBytes += bytes;
    const { producedBytes } = sticky;
    const isEnough = producedBytes >= this.#stickyBytes && maySwitch;
    if (isEnough || producedBytes >= this.#stickyBytes * 2) this.#sticky = this.#draw(view);
  }

  #draw(view: TopicView): StickyPartition {
    const random = this.#random.below(drawBound);
    const loads = this.#source.loads(view);
    const partition =
      loads === undefined ? anyPartition(view, random) : weightedPartition(loads, random);
    return { partition, producedBytes: 0 };
  }
}

function anyPartition({ available, partitions }: TopicView, random: number): number {
  const choices = available.length > 0 ? available : partitions;
  return present(choices[random % choices.length], 'partition').metadata.partition;
}

function weightedPartition({ partitions, cumulative }: PartitionLoads, random: number): number {
  const weight = random % present(cumulative.at(-1), 'weight');
  return present(partitions[cumulative.findIndex((sum) => sum > weight)], 'partition');
}
