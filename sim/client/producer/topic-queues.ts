import { type Random } from '../../kernel/random.ts';
import { type TopicView } from '../metadata-snapshot.ts';
import { topicPartition } from '../topic-partition.ts';
import {
  BuiltInPartitioner,
  type LoadSource,
  type PartitionLoads,
} from './built-in-partitioner.ts';
import { type NodeLatencies } from './node-latencies.ts';
import { PartitionQueue } from './partition-queue.ts';

export interface TopicQueuesOptions {
  readonly batchSize: number;
  readonly isAdaptive: boolean;
  readonly latencies: NodeLatencies;
  readonly random: Random;
}

/** The queues of one topic's partitions, and the choice among them (`RecordAccumulator.TopicInfo`). */
export class TopicQueues implements LoadSource {
  readonly topic: string;
  readonly partitioner: BuiltInPartitioner;
  readonly #isAdaptive: boolean;
  readonly #latencies: NodeLatencies;
  /** By partition number; those that records were sent to. */
  readonly #queues: (PartitionQueue | undefined)[] = [];

  constructor(topic: string, { batchSize, isAdaptive, latencies, random }: TopicQueuesOptions) {
    this.topic = topic;
    this.#isAdaptive = isAdaptive;
    this.#latencies = latencies;
    this.partitioner = new BuiltInPartitioner(batchSize, random, this);
  }

  get(partition: number): PartitionQueue | undefined {
    return this.#queues[partition];
  }

  create(partition: number): PartitionQueue {
    const queue = new PartitionQueue(topicPartition(this.topic, partition));
    while (this.#queues.length < partition) this.#queues.push(undefined);
    this.#queues[partition] = queue;
    return queue;
  }

  /** In the order of the partitions. */
  all(): readonly PartitionQueue[] {
    return this.#queues.filter((queue) => queue !== undefined);
  }

  /** Weighs the partitions, once there was a batch for each (`RecordAccumulator.partitionReady`). */
  loads(view: TopicView): PartitionLoads | undefined {
    if (!this.#isAdaptive) return undefined;
    const known = this.all().filter(({ knownLength }) => knownLength >= 0);
    if (known.length < view.partitions.length) return undefined;
    const lengths = new Array<number>(known.length).fill(0);
    const partitions: number[] = [];
    let count = 0;
    for (const { leader, knownLength, partition } of known) {
      if (leader === undefined) continue;
      partitions[count] = partition.partition;
      count += 1;
      // The length of a queue that is left out stays for the next one, if that is empty: as in Kafka.
      if (knownLength === 0) continue;
      lengths[count - 1] = knownLength;
      if (this.#latencies.isSlow(leader.node.nodeId)) count -= 1;
    }
    return weigh(lengths.slice(0, count), partitions.slice(0, count), known.length);
  }
}

/** `BuiltInPartitioner.updatePartitionLoadStats`: each queue weighs how much shorter it is than the longest, plus 1. */
export function weigh(
  lengths: readonly number[],
  partitions: readonly number[],
  queueCount: number,
): PartitionLoads | undefined {
  if (lengths.length < 1 || queueCount < 2) return undefined;
  const longest = lengths.reduce((most, length) => Math.max(most, length));
  const areEqual = lengths.every((length) => length === longest);
  if (areEqual && lengths.length === queueCount) return undefined;
  let sum = 0;
  const cumulative = lengths.map((length) => (sum += longest + 1 - length));
  return { partitions, cumulative };
}
