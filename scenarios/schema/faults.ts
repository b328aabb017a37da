import { z } from 'zod';
import { type TriggerFact } from '../../sim/plan.ts';
import { Api } from '../../sim/protocol/api.ts';
import { type ErrorName, errorTable } from '../../sim/protocol/errors.ts';
import { duration } from './duration.ts';
import { drawnCount, drawnDuration, drawnNode, drawnSignedDuration } from './drawn.ts';
import { latency } from './network.ts';
import { nodeName, partitionName } from './names.ts';

const triggerFacts = [
  'batchAppended',
  'highWatermarkMoved',
  'isrViewChanged',
  'leaderStarted',
  'followerStarted',
  'logTruncated',
  'produceAnswered',
  'partitionChanged',
  'sendAcked',
  'recordsPolled',
  'recordsProcessed',
  'partitionsAssigned',
  'partitionsRevoked',
  'offsetCommitAttempted',
  'offsetCommitSucceeded',
  'transactionBegun',
  'transactionOffsetsEnded',
  'transactionEndAttempted',
  'transactionEndReturned',
  'endTxnAnswered',
  'coordinatorLoaded',
  'brokerFenced',
  'brokerUnfenced',
  'nodeCrashed',
  'nodeStarted',
] as const satisfies readonly TriggerFact[];

export const triggerFact = z.enum(triggerFacts);

/** Kafka's name of an error: `NOT_LEADER_OR_FOLLOWER`. */
export const errorName = z.enum(Object.keys(errorTable).filter(isErrorName)).meta({ id: 'error' });

function isErrorName(name: string): name is ErrorName {
  return Object.hasOwn(errorTable, name);
}

/** Kafka's name of a request that is modelled: `Produce`. */
export const apiName = z
  .enum(Object.keys(Api).map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`))
  .meta({ id: 'api' });

const onFact = z
  .strictObject({
    fact: triggerFact,
    partition: partitionName.optional(),
    node: nodeName.describe('Only if it happens there.').optional(),
    nth: drawnCount.describe('The first, the second, … that matches.').default(1),
    after: duration.describe('Count only from this instant on.').optional(),
  })
  .meta({ id: 'event' });

const trigger = {
  at: drawnDuration.describe('When it begins, since the start.').optional(),
  on: onFact.describe('Or the event of the protocol that it begins with.').optional(),
};

const restartAfter = drawnDuration
  .describe('Left out: it stays down until everything is healed.')
  .optional();
const nodes = z.array(drawnNode).min(1);
const lasts = drawnDuration.describe('How long it lasts.');
const ends = { from: nodes, to: nodes, for: lasts };

const match = z.strictObject({
  api: apiName.describe("Kafka's name of the request.").optional(),
  direction: z.enum(['request', 'response']).optional(),
  from: nodeName.optional(),
  to: nodeName.optional(),
  partition: partitionName.describe('Only frames about this partition.').optional(),
  error: errorName
    .describe(
      'Only responses to Produce or Fetch with this error, for the partition if one is given.',
    )
    .optional(),
});

const actions = [
  z.strictObject({ kind: z.literal('crash'), node: drawnNode, restartAfter, ...trigger }),
  z.strictObject({ kind: z.literal('powerLoss'), node: drawnNode, restartAfter, ...trigger }),
  z.strictObject({ kind: z.literal('stop'), node: drawnNode, restartAfter, ...trigger }),
  z.strictObject({ kind: z.literal('wipe'), node: drawnNode, restartAfter, ...trigger }),
  z.strictObject({ kind: z.literal('pause'), node: drawnNode, for: lasts, ...trigger }),
  z.strictObject({
    kind: z.literal('cut'),
    ...ends,
    oneWay: z.boolean().describe('Only from `from` to `to`.').default(false),
    ...trigger,
  }),
  z.strictObject({ kind: z.literal('slowLink'), ...ends, latency, ...trigger }),
  z.strictObject({
    kind: z.literal('bandwidth'),
    ...ends,
    bytesPerSecond: z.int().min(1),
    ...trigger,
  }),
  z.strictObject({
    kind: z.literal('frames'),
    match,
    verdict: z.enum(['drop', 'reset', 'duplicate', 'delay']),
    delay: drawnDuration.describe('How much later, for delay and duplicate.').prefault('0s'),
    count: drawnCount.describe('How many of the next frames that match.').default(1),
    share: z.number().gt(0).max(1).describe('Each of them with this probability.').default(1),
    for: lasts,
    ...trigger,
  }),
  z.strictObject({
    kind: z.literal('clockJump'),
    node: drawnNode,
    by: drawnSignedDuration,
    ...trigger,
  }),
  z.strictObject({
    kind: z.literal('clockDrift'),
    node: drawnNode,
    ppm: z.int().min(-500_000).max(500_000).describe('Microseconds gained in a second.'),
    for: lasts,
    ...trigger,
  }),
  z.strictObject({
    kind: z.literal('disk'),
    node: drawnNode,
    state: z.enum(['full', 'failed', 'slow']),
    latency: drawnDuration.describe('How long an access takes, where it is slow.').optional(),
    for: lasts,
    ...trigger,
  }),
  z.strictObject({ kind: z.literal('bitRot'), node: drawnNode, ...trigger }),
] as const;

/** One fault: what happens, and when. */
export const fault = z
  .discriminatedUnion('kind', actions)
  .refine((written) => (written.at === undefined) !== (written.on === undefined), {
    error: 'expected either at: an instant, or on: an event of the protocol',
  });

export type Fault = z.output<typeof fault>;
