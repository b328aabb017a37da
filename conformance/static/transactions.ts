import { z } from 'zod';
import { TransactionMetadata } from '../../sim/broker/coordinator/transaction/transaction-metadata.ts';
import { transitProblem } from '../../sim/broker/coordinator/transaction/transit-check.ts';
import {
  transactionStateNames,
  transactionStates,
} from '../../sim/broker/coordinator/transaction/transaction-state.ts';
import {
  isRefusal,
  type TopicPartition,
  type TransactionTransit,
  type TransitRefusal,
} from '../../sim/broker/coordinator/transaction/transaction-transit.ts';
import { nameOf } from '../../sim/broker/coordinator/transaction/transaction-records.ts';
import { compareTexts } from '../../sim/protocol/compare-texts.ts';
import { differenceAt } from '../difference.ts';
import { splitPartitionName } from '../live/partition-name.ts';
import { firstOfSteps, section } from './section.ts';

const stateName = z.enum(transactionStateNames);

/** Every state of a transactional id, and from which states it may be entered. */
export const transactionStateTable = section(
  z.strictObject({
    state: stateName,
    id: z.int(),
    shown: z.string(),
    expirationAllowed: z.boolean(),
    validPrevious: z.array(stateName),
  }),
  ({ state, ...recorded }) => {
    const { id, shown, mayExpire: expirationAllowed, validPrevious } = transactionStates[state];
    return differenceAt(state, recorded, { id, shown, expirationAllowed, validPrevious });
  },
);

const metadata = z.strictObject({
  state: stateName,
  producerId: z.int(),
  prevProducerId: z.int(),
  nextProducerId: z.int(),
  epoch: z.int(),
  lastEpoch: z.int(),
  timeoutMs: z.int(),
  partitions: z.array(z.string()),
  startedAt: z.int(),
  updatedAt: z.int(),
  version: z.int(),
  pending: stateName.nullable(),
  failedFence: z.boolean(),
});
type RecordedMetadata = z.infer<typeof metadata>;

const outcome = {
  now: z.int(),
  error: z.unknown().optional(),
  pending: stateName.optional(),
  /** What becomes of the record. */
  write: z.enum(['done', 'failed', 'removed']).optional(),
  completeError: z.string().optional(),
  after: metadata.optional(),
};
const end = { version: z.int(), nextProducerId: z.int(), noPartitionAdded: z.boolean() };
const operation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('fence'), fencedEpoch: z.int().optional(), ...outcome }),
  z.strictObject({ op: z.literal('prepareAbort'), ...end, ...outcome }),
  z.strictObject({ op: z.literal('prepareCommit'), ...end, ...outcome }),
  z.strictObject({ op: z.literal('complete'), ...outcome }),
  z.strictObject({ op: z.literal('dead'), ...outcome }),
  z.strictObject({
    op: z.literal('addPartitions'),
    partitions: z.array(z.string()),
    version: z.int(),
    ...outcome,
  }),
  z.strictObject({
    op: z.literal('incrementEpoch'),
    timeoutMs: z.int(),
    /** Null: the producer gives none. */
    expectedEpoch: z.int().nullable(),
    ...outcome,
  }),
  z.strictObject({
    op: z.literal('rotateProducerId'),
    producerId: z.int(),
    timeoutMs: z.int(),
    recordLastEpoch: z.boolean(),
    ...outcome,
  }),
]);
type Operation = z.infer<typeof operation>;

/** Chains of changes to one transactional id, each written, or not, before the next. */
export const transactionChains = section(
  z.strictObject({ version: z.int(), start: metadata, ops: z.array(operation) }),
  ({ version, start, ops }) => {
    const tested = metadataOf(start);
    return firstOfSteps(ops, (step, name) => {
      const { error, pending, completeError, after } = step;
      const change = prepare(tested, step, version);
      const came = isRefusal(change)
        ? { error: { ...change } }
        : { pending: shownPending(tested, step), completeError: write(tested, change, step) };
      return (
        differenceAt(`${name} (${step.op})`, { error, pending, completeError }, came) ??
        (after === undefined ? undefined : differenceAt(`${name} after`, after, viewOf(tested)))
      );
    });
  },
);

function prepare(
  tested: TransactionMetadata,
  step: Operation,
  version: number,
): TransactionTransit | TransitRefusal {
  const { now: nowMs } = step;
  switch (step.op) {
    case 'fence':
      return fence(tested, nowMs, version);
    case 'prepareAbort':
    case 'prepareCommit':
      return tested.prepareEnd({
        state: step.op === 'prepareAbort' ? 'PREPARE_ABORT' : 'PREPARE_COMMIT',
        clientVersion: step.version,
        nextProducerId: step.nextProducerId,
        noPartitionAdded: step.noPartitionAdded,
        nowMs,
        txnUid: -1,
      });
    case 'complete':
      return tested.prepareComplete(nowMs);
    case 'dead':
      return tested.prepareDead();
    case 'addPartitions':
      return tested.prepareAddPartitions(
        step.partitions.map(namedPartition),
        step.version,
        nowMs,
        -1,
      );
    case 'incrementEpoch': {
      const { timeoutMs, expectedEpoch } = step;
      const increment = { timeoutMs, expectedEpoch: expectedEpoch ?? undefined, nowMs };
      return tested.prepareIncrementEpoch(increment);
    }
    case 'rotateProducerId':
      return tested.prepareRotation({ ...step, nowMs });
  }
}

/** Of an id that goes the recording shows nothing more. */
function shownPending({ pendingState }: TransactionMetadata, step: Operation): unknown {
  return step.write === 'removed' ? undefined : pendingState;
}

/** As the coordinator does it: the raised epoch counts at once, and the abort follows. */
function fence(
  tested: TransactionMetadata,
  nowMs: number,
  clientVersion: number,
): TransactionTransit | TransitRefusal {
  const fenced = tested.prepareFenceEpoch();
  if (isRefusal(fenced)) return fenced;
  tested.pendingState = undefined;
  tested.fence(fenced.producerEpoch);
  return tested.prepareEnd({
    state: 'PREPARE_ABORT',
    clientVersion,
    nextProducerId: -1,
    noPartitionAdded: false,
    nowMs,
    txnUid: -1,
  });
}

/** What becomes of the change. Returns the exception of one that cannot take effect, if there is. */
function write(
  tested: TransactionMetadata,
  change: TransactionTransit,
  { op, write: outcomeOfWrite }: Operation,
): string | undefined {
  if (outcomeOfWrite === 'removed') return undefined;
  if (outcomeOfWrite === 'failed') {
    tested.pendingState = undefined;
    if (op === 'fence') tested.hasFailedEpochFence = true;
    return undefined;
  }
  if (transitProblem(tested.now, tested.pendingState, change) !== undefined) {
    tested.pendingState = undefined;
    return 'IllegalStateException';
  }
  tested.complete(change);
  return undefined;
}

function metadataOf(recorded: RecordedMetadata): TransactionMetadata {
  const made = new TransactionMetadata('chain', {
    state: recorded.state,
    producerId: recorded.producerId,
    prevProducerId: recorded.prevProducerId,
    nextProducerId: recorded.nextProducerId,
    producerEpoch: recorded.epoch,
    lastProducerEpoch: recorded.lastEpoch,
    timeoutMs: recorded.timeoutMs,
    partitions: new Map(recorded.partitions.map(namedPartition)),
    startTimestampMs: recorded.startedAt,
    lastUpdateTimestampMs: recorded.updatedAt,
    clientVersion: recorded.version,
    txnUid: -1,
  });
  made.pendingState = recorded.pending ?? undefined;
  made.hasFailedEpochFence = recorded.failedFence;
  return made;
}

function namedPartition(name: string): readonly [string, TopicPartition] {
  const [topic, partition] = splitPartitionName(name);
  const place = { topic, partition };
  return [nameOf(place), place];
}

function viewOf({ now, pendingState, hasFailedEpochFence }: TransactionMetadata): RecordedMetadata {
  return {
    state: now.state,
    producerId: now.producerId,
    prevProducerId: now.prevProducerId,
    nextProducerId: now.nextProducerId,
    epoch: now.producerEpoch,
    lastEpoch: now.lastProducerEpoch,
    timeoutMs: now.timeoutMs,
    partitions: [...now.partitions.keys()].sort(compareTexts),
    startedAt: now.startTimestampMs,
    updatedAt: now.lastUpdateTimestampMs,
    version: now.clientVersion,
    pending: pendingState ?? null,
    failedFence: hasFailedEpochFence,
  };
}
