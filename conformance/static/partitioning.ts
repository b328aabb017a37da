import { z } from 'zod';
import { type PartitionView, type TopicView } from '../../sim/client/metadata-snapshot.ts';
import {
  BuiltInPartitioner,
  partitionForKey,
  type PartitionLoads,
} from '../../sim/client/producer/built-in-partitioner.ts';
import { murmur2 } from '../../sim/client/producer/murmur2.ts';
import { recordPartitioner } from '../../sim/client/producer/record-partitioner.ts';
import { weigh } from '../../sim/client/producer/topic-queues.ts';
import { present } from '../../sim/kernel/assert.ts';
import { type Random, randomFrom } from '../../sim/kernel/random.ts';
import { bytesOfHex } from '../../sim/protocol/bytes.ts';
import { resolveProducerConfig } from '../../sim/protocol/config/producer-config.ts';
import { noRecordId } from '../../sim/protocol/record-batch.ts';
import { differenceAt } from '../difference.ts';
import { firstOfSteps, section } from './section.ts';

const keyCase = z.strictObject({
  text: z.string().optional(),
  hex: z.string(),
  murmur2: z.int(),
  partitions: z.array(z.int()),
});

/** The numbers of partitions that the cases ask for. */
const counts = [1, 2, 3, 4, 7, 12, 50, 1000];

export const partitionsOfKeys = section(keyCase, (recorded) => {
  const key = bytesOfHex(recorded.hex);
  return differenceAt('key', recorded, {
    ...recorded,
    murmur2: murmur2(key),
    partitions: counts.map((count) => partitionForKey(key, count)),
  });
});

const adaptiveCase = z.strictObject({
  queueSizes: z.array(z.int()),
  partitionIds: z.array(z.int()),
  /** How many of them count. */
  length: z.int(),
  /** Running sums; null where the choice is not adaptive. */
  table: z.array(z.int()).nullable(),
  /** A random number, and the partition that it leads to. */
  picks: z.array(z.tuple([z.int(), z.int()])),
});

export const adaptiveChoice = section(adaptiveCase, (recorded) => {
  const { queueSizes, partitionIds, length, picks } = recorded;
  const lengths = queueSizes.slice(0, length);
  const loads = weigh(lengths, partitionIds.slice(0, length), queueSizes.length);
  const view = topicView(partitionIds, []);
  return differenceAt('choice', recorded, {
    ...recorded,
    table: loads?.cumulative ?? null,
    picks: picks.map(([random]) => [random, firstDrawn([random], view, loads)]),
  });
});

const uniformCase = z.strictObject({
  partitions: z.int(),
  withoutLeader: z.array(z.int()),
  random: z.int(),
  partition: z.int(),
});

export const uniformChoice = section(uniformCase, ({ partition, random, ...topic }) => {
  const view = topicView(upTo(topic.partitions), topic.withoutLeader);
  return differenceAt('partition', partition, firstDrawn([random], view));
});

const stickyCase = z.strictObject({
  batchSize: z.int(),
  partitions: z.int(),
  randoms: z.array(z.int()),
  steps: z.array(
    z.strictObject({
      partition: z.int(),
      bytes: z.int(),
      switchAllowed: z.boolean(),
      randomsUsed: z.int(),
    }),
  ),
  /** Where the next record goes. */
  next: z.int(),
});

export const stickyChoice = section(stickyCase, (recorded) => {
  const draws = new Draws(recorded.randoms);
  const view = topicView(upTo(recorded.partitions), []);
  const source = { loads: () => undefined };
  const partitioner = new BuiltInPartitioner(recorded.batchSize, draws.random, source);
  const difference = firstOfSteps(recorded.steps, (step, name) => {
    const sticky = partitioner.current(view);
    partitioner.produced(sticky, step.bytes, step.switchAllowed, view);
    const came = { ...step, partition: sticky.partition, randomsUsed: draws.used };
    return differenceAt(name, step, came);
  });
  return difference ?? differenceAt('next', recorded.next, partitioner.current(view).partition);
});

const roundRobinCase = z.strictObject({
  partitions: z.int(),
  withoutLeader: z.array(z.int()),
  sequence: z.array(z.int()),
});

const roundRobinConfig = resolveProducerConfig({
  'partitioner.class': 'org.apache.kafka.clients.producer.RoundRobinPartitioner',
});

export const roundRobin = section(roundRobinCase, ({ sequence, ...topic }) => {
  const view = topicView(upTo(topic.partitions), topic.withoutLeader);
  const partitioner = recordPartitioner(roundRobinConfig);
  const content = { key: null, value: null, headers: [], recordId: noRecordId };
  const record = { topic: view.name, partition: undefined, ...content };
  const came = sequence.map(() => partitioner.choose(record, view));
  return differenceAt('sequence', sequence, came);
});

function firstDrawn(randoms: readonly number[], view: TopicView, loads?: PartitionLoads): number {
  const partitioner = new BuiltInPartitioner(1, new Draws(randoms).random, { loads: () => loads });
  return partitioner.current(view).partition;
}

/** The draws of a case, each from 0 to 2^31 - 1. */
class Draws {
  used = 0;
  readonly random: Random;

  constructor(randoms: readonly number[]) {
    this.random = randomFrom(() => {
      const drawn = present(randoms[this.used], 'random number');
      this.used += 1;
      return drawn / 2_147_483_648;
    });
  }
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, partition) => partition);
}

const leader = { nodeId: 1, host: 'broker-1', port: 9092, rack: null };

function topicView(partitionIds: readonly number[], withoutLeader: readonly number[]): TopicView {
  const partitions = partitionIds.map((partition): PartitionView => {
    const hasLeader = !withoutLeader.includes(partition);
    return {
      metadata: {
        topic: 't',
        partition,
        error: 'NONE',
        leaderId: hasLeader ? leader.nodeId : -1,
        leaderEpoch: 0,
        replicas: [],
        isr: [],
        offlineReplicas: [],
      },
      leader: hasLeader ? leader : undefined,
    };
  });
  return {
    name: 't',
    partitions,
    available: partitions.filter((view) => view.leader !== undefined),
    byNumber: new Map(partitions.map((view) => [view.metadata.partition, view])),
  };
}
