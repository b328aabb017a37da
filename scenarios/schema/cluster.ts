import { z } from 'zod';
import { brokerId, kafkaConfig } from './names.ts';

const topic = z
  .strictObject({
    name: z.string(),
    partitions: z.int().min(1).max(1_000).optional(),
    replicationFactor: z.int().min(1).optional(),
    assignments: z
      .array(z.array(brokerId).min(1))
      .min(1)
      .describe('Replicas of each partition, the preferred leader first.')
      .optional(),
    config: kafkaConfig.describe("Kafka's topic configs: min.insync.replicas."),
  })
  .refine(
    ({ partitions, replicationFactor, assignments }) =>
      assignments === undefined
        ? partitions !== undefined && replicationFactor !== undefined
        : partitions === undefined && replicationFactor === undefined,
    { error: 'expected either partitions and replicationFactor, or assignments' },
  );

/** Levels of features that are not those of a newly formatted 4.3 cluster. */
export const features = z
  .strictObject({
    'transaction.version': z.int().min(0).max(2).exactOptional(),
    'group.version': z.int().min(0).max(1).exactOptional(),
    'eligible.leader.replicas.version': z.int().min(0).max(1).exactOptional(),
  })
  .describe('Levels of features where they are not those of a new cluster.');

export const usedTransactionalIds = z
  .array(
    z.strictObject({
      transactionalId: z.string().min(1),
      // Below it are those that the cluster gives out.
      producerId: z.int().min(1_000_000),
      producerEpoch: z.int().min(0).max(32_766),
    }),
  )
  .describe('Transactional ids that were used before the run, with the last producer epoch.');

/** The brokers, and the topics that exist from the start. */
export const cluster = z.strictObject({
  brokers: z.int().min(1).max(100).describe('How many; their ids are 1 to this.'),
  racks: z.array(z.string().min(1)).describe('The rack of each broker, in order.').default([]),
  config: kafkaConfig.describe("Kafka's broker configs, the same for all brokers."),
  features: features.default({}),
  topics: z.array(topic).min(1),
  usedTransactionalIds: usedTransactionalIds.exactOptional(),
});

export type Topic = z.output<typeof topic>;
export type UsedTransactionalId = z.output<typeof usedTransactionalIds>[number];
