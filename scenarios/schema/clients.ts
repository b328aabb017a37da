import { z } from 'zod';
import { duration } from './duration.ts';
import { drawnDuration } from './drawn.ts';
import { brokerId, kafkaConfig, partitionName, plainName, topicOrPartition } from './names.ts';

const at = drawnDuration.describe('When, since the start.');
const partitions = z.array(topicOrPartition).min(1);
const topics = z.array(z.string().min(1)).min(1);

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
    tombstoneEvery: z
      .int()
      .min(0)
      .describe('Each so many-th record has no value; 0: none.')
      .default(0),
  }),
  z.strictObject({
    op: z.literal('transact'),
    at,
    topics: topics.describe('The records of a transaction go to them in turn.'),
    keys: z.array(z.string()).default([]),
    records: z.int().min(1).max(100_000).describe('How many records each has.').default(1),
    count: z.int().min(1).max(1_000_000).describe('How many transactions.'),
    every: duration.describe('Between the beginnings of two transactions, or longer.'),
    valueBytes: z.int().min(0).max(10_000_000).default(100),
    abortEvery: z.int().min(0).describe('Each so many-th is aborted; 0: none.').default(0),
  }),
  z.strictObject({ op: z.literal('flush'), at }),
  z.strictObject({ op: z.literal('begin').describe('Needs a transactional.id.'), at }),
  z.strictObject({ op: z.literal('commit'), at }),
  z.strictObject({ op: z.literal('abort'), at }),
  z.strictObject({ op: z.literal('close'), at }),
]);

const consumerOperation = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('subscribe').describe('Joins the group of its group.id.'),
    at,
    topics: topics.optional(),
    pattern: z
      .string()
      .min(1)
      .describe('Instead of topics: a regular expression for their whole names.')
      .optional(),
    matchedBy: z
      .enum(['client', 'broker'])
      .describe('Who matches the pattern; broker: SubscriptionPattern, RE2/J.')
      .optional(),
  }),
  z.strictObject({ op: z.literal('unsubscribe'), at }),
  z.strictObject({
    op: z.literal('enforceRebalance').describe('Joins the group again with the next poll.'),
    at,
    reason: z.string().default(''),
  }),
  z.strictObject({
    op: z.literal('wakeup').describe('Ends the call in which the application waits.'),
    at,
  }),
  z.strictObject({ op: z.literal('assign'), at, partitions }),
  z.strictObject({
    op: z.literal('seek'),
    at,
    partition: partitionName,
    to: z.union(
      [
        z.int().min(0),
        z.enum(['beginning', 'end']),
        z
          .strictObject({ time: drawnDuration })
          .describe(
            'The first record not older than that, since the start; the end if there is none.',
          ),
      ],
      { error: 'expected an offset, beginning, end, or a time since the start: { time: 5s }' },
    ),
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

const output = z
  .strictObject({
    config: kafkaConfig.describe("Kafka's producer configs: transactional.id."),
    topics,
    valueBytes: z.int().min(0).max(10_000_000).default(100),
  })
  .describe('Where it sends what it makes of its records, one for each.');

const producer = z.strictObject({
  kind: z.literal('producer'),
  ...shared,
  config: kafkaConfig.describe(
    "Kafka's producer configs: acks, enable.idempotence. {name} stands for the client's name.",
  ),
  workload: z.array(producerOperation).min(1),
});

const consumer = z.strictObject({
  kind: z.literal('consumer'),
  ...shared,
  config: kafkaConfig.describe(
    "Kafka's consumer configs: isolation.level. {name} stands for the client's name.",
  ),
  model: z
    .string()
    .describe('When it works on what it has polled and when it commits; see the models.')
    .default('auto-commit'),
  processing: duration.describe('How long it works on what a poll has returned.').prefault('0s'),
  output: output.optional(),
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
