import { z } from 'zod';
import { type LatencyModel } from '../sim/kernel/latency.ts';
import { type Plan } from '../sim/plan.ts';
import { features, usedTransactionalIds } from './schema/cluster.ts';
import { apiName, errorName, triggerFact } from './schema/faults.ts';
import { brokerId, partitionName, plainName } from './schema/names.ts';
import { switches } from './schema/switches.ts';

const yearMs = 365 * 24 * 3_600_000;
const ms = z.number().min(0).max(yearMs);
const us = z
  .int()
  .min(0)
  .max(yearMs * 1_000);
const config = z.record(z.string(), z.string());
const node = z.string().min(1);
const nodes = z.array(node).min(1);
const names = z.array(z.string().min(1)).min(1);

const latency: z.ZodType<LatencyModel> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('constant'), us }),
    z.strictObject({ kind: z.literal('uniform'), minUs: us, maxUs: us }),
    z.strictObject({ kind: z.literal('exponential'), minUs: us, meanUs: us }),
    z.strictObject({
      kind: z.literal('bimodal'),
      fast: latency,
      slow: latency,
      slowShare: z.number().min(0).max(1),
    }),
  ]),
);

const producerOperation = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('send'),
    atMs: ms,
    topic: z.string(),
    partition: z.int().min(0).exactOptional(),
    keys: z.array(z.string()),
    count: z.int().min(1).max(1_000_000),
    everyMs: ms,
    valueBytes: z.int().min(0).max(10_000_000),
    tombstoneEvery: z.int().min(0),
  }),
  z.strictObject({
    op: z.literal('transact'),
    atMs: ms,
    topics: names,
    keys: z.array(z.string()),
    records: z.int().min(1).max(100_000),
    count: z.int().min(1).max(1_000_000),
    everyMs: ms,
    valueBytes: z.int().min(0).max(10_000_000),
    abortEvery: z.int().min(0),
  }),
  z.strictObject({ op: z.enum(['flush', 'begin', 'commit', 'abort', 'close']), atMs: ms }),
]);

const subscription = z.union([
  z.strictObject({ op: z.literal('subscribe'), atMs: ms, topics: names }),
  z.strictObject({
    op: z.literal('subscribe'),
    atMs: ms,
    pattern: z.string().min(1),
    matchedBy: z.enum(['client', 'broker']),
  }),
]);

const otherConsumerOperation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('enforceRebalance'), atMs: ms, reason: z.string() }),
  z.strictObject({
    op: z.enum(['assign', 'pause', 'resume', 'endOffsets']),
    atMs: ms,
    partitions: names,
  }),
  z.strictObject({
    op: z.literal('seek'),
    atMs: ms,
    partition: partitionName,
    to: z.union([z.int().min(0), z.enum(['beginning', 'end']), z.strictObject({ timeMs: ms })]),
  }),
  z.strictObject({ op: z.enum(['unsubscribe', 'wakeup', 'close']), atMs: ms }),
]);

const adminOperation = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('createTopic'),
    atMs: ms,
    topic: z.string(),
    partitions: z.int().min(1).max(1_000),
    replicationFactor: z.int().min(1),
    config,
  }),
  z.strictObject({ op: z.literal('deleteTopic'), atMs: ms, topic: z.string() }),
  z.strictObject({
    op: z.literal('createPartitions'),
    atMs: ms,
    topic: z.string(),
    total: z.int().min(1).max(1_000),
  }),
  z.strictObject({
    op: z.literal('deleteRecords'),
    atMs: ms,
    partition: partitionName,
    beforeOffset: z.int().min(-1),
  }),
  z.strictObject({
    op: z.literal('alterConfig'),
    atMs: ms,
    topic: z.string(),
    config: z.record(z.string(), z.string().nullable()),
  }),
  z.strictObject({
    op: z.literal('electLeaders'),
    atMs: ms,
    partition: partitionName,
    election: z.enum(['preferred', 'unclean']),
  }),
  z.strictObject({
    op: z.literal('reassign'),
    atMs: ms,
    partition: partitionName,
    replicas: z.array(brokerId).min(1).nullable(),
  }),
]);

const client = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('producer'),
    name: plainName,
    config,
    workload: z.array(producerOperation),
  }),
  z.strictObject({
    kind: z.literal('consumer'),
    name: plainName,
    config,
    model: plainName,
    processingMs: ms,
    output: z
      .strictObject({ config, topics: names, valueBytes: z.int().min(0).max(10_000_000) })
      .nullable(),
    workload: z.array(z.union([subscription, otherConsumerOperation])),
  }),
  z.strictObject({
    kind: z.literal('admin'),
    name: plainName,
    config,
    workload: z.array(adminOperation),
  }),
]);

const link = z.strictObject({
  from: nodes,
  to: nodes,
  oneWay: z.boolean(),
  latency: latency.exactOptional(),
  bytesPerSecond: z.int().min(1).exactOptional(),
});

const trigger = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('at'), atMs: ms }),
  z.strictObject({
    kind: z.literal('on'),
    fact: triggerFact,
    partition: partitionName.exactOptional(),
    node: node.exactOptional(),
    nth: z.int().min(1),
    afterMs: ms.exactOptional(),
  }),
]);

const any = { id: z.string().min(1), trigger };
const ends = { from: nodes, to: nodes, forMs: ms };

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['crash', 'powerLoss', 'stop', 'wipe']),
    node,
    restartAfterMs: ms.nullable(),
    ...any,
  }),
  z.strictObject({ kind: z.literal('pause'), node, forMs: ms, ...any }),
  z.strictObject({ kind: z.literal('cut'), ...ends, oneWay: z.boolean(), ...any }),
  z.strictObject({ kind: z.literal('slowLink'), ...ends, latency, ...any }),
  z.strictObject({ kind: z.literal('bandwidth'), ...ends, bytesPerSecond: z.int().min(1), ...any }),
  z.strictObject({
    kind: z.literal('frames'),
    match: z.strictObject({
      api: apiName.exactOptional(),
      direction: z.enum(['request', 'response']).exactOptional(),
      from: node.exactOptional(),
      to: node.exactOptional(),
      partition: partitionName.exactOptional(),
      error: errorName.exactOptional(),
    }),
    verdict: z.enum(['drop', 'reset', 'duplicate', 'delay']),
    delayMs: ms,
    count: z.int().min(1),
    share: z.number().gt(0).max(1),
    forMs: ms,
    ...any,
  }),
  z.strictObject({ kind: z.literal('clockJump'), node, byMs: z.number(), ...any }),
  z.strictObject({
    kind: z.literal('clockDrift'),
    node,
    ppm: z.int().min(-500_000).max(500_000),
    forMs: ms,
    ...any,
  }),
  z.strictObject({
    kind: z.literal('disk'),
    node,
    state: z.enum(['full', 'failed', 'slow']),
    latencyMs: ms.exactOptional(),
    forMs: ms,
    ...any,
  }),
  z.strictObject({ kind: z.literal('bitRot'), node, ...any }),
]);

/** A plan in a file: what `--plan` writes. */
export const planSchema: z.ZodType<Plan> = z.strictObject({
  format: z.literal(1),
  scenario: plainName,
  seed: z.string(),
  kafka: z.enum(['released', 'ideal']),
  switches,
  cluster: z.strictObject({
    brokers: z.int().min(1).max(100),
    racks: z.array(z.string()),
    brokerConfig: config,
    features,
    topics: z.array(
      z.strictObject({
        name: z.string().min(1),
        assignments: z.array(z.array(brokerId).min(1)).min(1),
        config,
      }),
    ),
    usedTransactionalIds: usedTransactionalIds.exactOptional(),
  }),
  network: z.strictObject({ latency, links: z.array(link).exactOptional() }),
  clients: z.array(client),
  faults: z.array(fault),
  healAtMs: ms,
  endAtMs: ms,
});
