import { z } from 'zod';
import { duration } from './duration.ts';
import { drawnDuration } from './drawn.ts';
import { brokerId, kafkaConfig, partitionName, plainName, topicOrPartition } from './names.ts';

const at = drawnDuration.describe('When, since the start.');
const partitions = z.array(topicOrPartition).min(1);

const producerOperation = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('send'),
    at,
    topic: z.string(),
    partition: z.int().min(0).describe('Left out: the partitioner chooses.').optional(),
    keys: z.array(z.string()).describe('Taken in turn; none: records without a key.').default([]),
    count: z.int().min(1).max(1_000_000).describe('How many records.'),
    every: duration.describe('Between two records.'),
    valueBytes: z.int().min(0).max(10_000_000).default(100),
  }),
  z.strictObject({ op: z.literal('flush'), at }),
  z.strictObject({ op: z.literal('close'), at }),
]);

const consumerOperation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('assign'), at, partitions }),
  z.strictObject({
    op: z.literal('seek'),
    at,
    partition: partitionName,
    to: z.union([z.int().min(0), z.enum(['beginning', 'end'])], {
      error: 'expected an offset, beginning or end',
    }),
  }),
  z.strictObject({ op: z.literal('pause'), at, partitions }),
  z.strictObject({ op: z.literal('resume'), at, partitions }),
  z.strictObject({ op: z.literal('endOffsets'), at, partitions }),
  z.strictObject({ op: z.literal('close'), at }),
]);

const adminOperation = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('createTopic'),
    at,
    topic: z.string(),
    partitions: z.int().min(1).max(1_000),
    replicationFactor: z.int().min(1),
    config: kafkaConfig,
  }),
  z.strictObject({ op: z.literal('deleteTopic'), at, topic: z.string() }),
  z.strictObject({
    op: z.literal('createPartitions'),
    at,
    topic: z.string(),
    total: z.int().min(1).max(1_000),
  }),
  z.strictObject({
    op: z.literal('deleteRecords'),
    at,
    partition: partitionName,
    beforeOffset: z.int().min(-1).describe('-1: up to the high watermark.'),
  }),
  z.strictObject({
    op: z.literal('alterConfig'),
    at,
    topic: z.string(),
    config: z.record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.null()], {
        error: 'expected text, a number, true, false, or null to remove the config',
      }),
    ),
  }),
  z.strictObject({
    op: z.literal('electLeaders'),
    at,
    partition: partitionName,
    election: z.enum(['preferred', 'unclean']),
  }),
  z.strictObject({
    op: z.literal('reassign'),
    at,
    partition: partitionName,
    replicas: z
      .array(brokerId)
      .min(1)
      .nullable()
      .describe('Null cancels a reassignment that goes on.'),
  }),
]);

const shared = {
  name: plainName.describe('Left out: producer-1, consumer-1, … in order.').optional(),
  count: z.int().min(1).max(100).describe('How many that are alike.').default(1),
};

const producer = z.strictObject({
  kind: z.literal('producer'),
  ...shared,
  config: kafkaConfig.describe("Kafka's producer configs: acks, enable.idempotence."),
  workload: z.array(producerOperation).min(1),
});

const consumer = z.strictObject({
  kind: z.literal('consumer'),
  ...shared,
  config: kafkaConfig.describe("Kafka's consumer configs: isolation.level."),
  processing: duration
    .describe('Between the end of one poll with records and the next.')
    .prefault('0s'),
  workload: z.array(consumerOperation).min(1),
});

const admin = z.strictObject({
  kind: z.literal('admin'),
  ...shared,
  config: kafkaConfig.describe("Kafka's admin client configs."),
  workload: z.array(adminOperation).min(1),
});

/** A client with its configs and what it does. */
export const client = z.discriminatedUnion('kind', [producer, consumer, admin]);

export type Client = z.output<typeof client>;
export type Producer = z.output<typeof producer>;
export type Consumer = z.output<typeof consumer>;
export type Admin = z.output<typeof admin>;
