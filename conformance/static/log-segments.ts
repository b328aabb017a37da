import { z } from 'zod';
import { type FetchIsolation, type ReadResult } from '../../sim/broker/log/read-result.ts';
import { noTxnUid } from '../../sim/protocol/record-batch.ts';
import { type Difference } from '../case-result.ts';
import { differenceAt } from '../difference.ts';
import { LogUnderTest, startMs, viewOfAppend, viewOfError } from './log-under-test.ts';
import { batchOf } from './record-batches.ts';
import { firstOfSteps, section, sequence } from './section.ts';

const state = { state: z.unknown() };
const outcome = {
  appended: z.unknown().optional(),
  duplicate: z.unknown().optional(),
  error: z.unknown().optional(),
};
const isolations = {
  LOG_END: 'logEnd',
  HIGH_WATERMARK: 'highWatermark',
  TXN_COMMITTED: 'lastStable',
} as const satisfies Record<string, FetchIsolation>;

const operation = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('append'),
    leaderEpoch: z.int(),
    /** Since `startMs`, as all times of these cases. */
    timestamps: z.array(z.int()),
    valueBytes: z.int(),
    batchBytes: z.int(),
    ...outcome,
    ...state,
  }),
  z.strictObject({ op: z.literal('highWatermark'), to: z.int(), set: z.int(), ...state }),
  z.strictObject({ op: z.literal('deleteOldSegments'), deleted: z.int(), ...state }),
  z.strictObject({
    op: z.literal('deleteRecords'),
    to: z.int(),
    moved: z.boolean().optional(),
    error: z.unknown().optional(),
    ...state,
  }),
  z.strictObject({ op: z.literal('truncateTo'), to: z.int(), truncated: z.boolean(), ...state }),
  z.strictObject({ op: z.literal('advance'), ms: z.int(), ...state }),
  z.strictObject({
    op: z.literal('read'),
    from: z.int(),
    maxBytes: z.int(),
    isolation: z.enum(['LOG_END', 'HIGH_WATERMARK', 'TXN_COMMITTED']),
    minOneMessage: z.boolean(),
    bytes: z.int().optional(),
    batches: z.array(z.unknown()).optional(),
    firstEntryIncomplete: z.boolean().optional(),
    error: z.unknown().optional(),
    state: z.unknown().optional(),
  }),
  z.strictObject({
    op: z.literal('offsetForTimestamp'),
    timestamp: z.int(),
    /** The timestamp is one of Kafka's special ones, and no time. */
    special: z.boolean(),
    found: z.unknown(),
    state: z.unknown().optional(),
  }),
]);
type Operation = z.infer<typeof operation>;

const segmentsCase = z.strictObject({
  config: z.record(z.string(), z.string()),
  ops: z.array(operation),
  epochs: z.unknown(),
});

export const logSegments = section(segmentsCase, ({ config, ops, epochs }) => {
  const tested = new LogUnderTest(config);
  const difference = firstOfSteps(ops, (step, name) => {
    const came = perform(tested, step);
    tested.settle();
    const state = step.state === undefined ? {} : { state: viewOfState(tested) };
    return differenceAt(`${name} (${step.op})`, step, { ...step, ...came, ...state });
  });
  return difference ?? differenceAt('epochs', epochs, tested.epochs);
});

/** What of the operation's outcome the model says; it takes the place of what is recorded. */
function perform(tested: LogUnderTest, step: Operation): object {
  const { log } = tested;
  switch (step.op) {
    case 'append': {
      const timestampsMs = step.timestamps.map((ms) => startMs + ms);
      const batch = batchOf({ timestampsMs, keyOf: () => 'k', valueBytes: step.valueBytes });
      const came = viewOfAppend(tested.append(batch, step.leaderEpoch));
      return { appended: undefined, error: undefined, batchBytes: batch.sizeInBytes, ...came };
    }
    case 'highWatermark':
      return { set: log.updateHighWatermark(step.to) };
    case 'deleteOldSegments':
      return { deleted: log.deleteOldSegments() };
    case 'deleteRecords':
      return { moved: undefined, error: undefined, ...deleteRecords(tested, step.to) };
    case 'truncateTo':
      return { truncated: log.truncateTo(step.to) };
    case 'advance':
      tested.nowMs += step.ms;
      return {};
    case 'read': {
      const isolation = isolations[step.isolation];
      const nothing = { bytes: undefined, batches: undefined, error: undefined };
      const read = log.read(step.from, step.maxBytes, isolation, step.minOneMessage);
      return { ...nothing, firstEntryIncomplete: undefined, ...viewOfRead(read) };
    }
    case 'offsetForTimestamp': {
      const { timestamp, special } = step;
      const found = log.offsetForTimestamp(special ? timestamp : startMs + timestamp);
      if (found === null) return { found: null };
      const ms = found.timestampMs < 0 ? found.timestampMs : found.timestampMs - startMs;
      return { found: [ms, found.offset, found.leaderEpoch < 0 ? null : found.leaderEpoch] };
    }
  }
}

function deleteRecords({ log }: LogUnderTest, to: number): object {
  const became = log.incrementLogStart(to);
  if (became !== 'OFFSET_OUT_OF_RANGE') return { moved: became === 'moved' };
  const message =
    `Cannot increment the log start offset to ${to} of partition ${log.partition} since it is ` +
    `larger than the high watermark ${log.highWatermark}`;
  return { error: viewOfError(became, message) };
}

function viewOfRead({ error, reason, sizeInBytes, batches, isFirstIncomplete }: ReadResult) {
  if (error !== 'NONE') return { error: viewOfError(error, reason) };
  return {
    bytes: sizeInBytes,
    batches: batches.map(({ baseOffset, lastOffset }) => [baseOffset, lastOffset]),
    ...(isFirstIncomplete ? { firstEntryIncomplete: true } : {}),
  };
}

function viewOfState({ log }: LogUnderTest): object {
  return {
    start: log.logStartOffset,
    end: log.logEndOffset,
    hw: log.highWatermark,
    lso: log.lastStableOffset,
    segments: log.local.segments.all.map(({ baseOffset, sizeInBytes, largest }) =>
      sizeInBytes === 0
        ? [baseOffset, 0]
        : [baseOffset, sizeInBytes, largest.timestampMs - startMs],
    ),
  };
}

const refusedAppend = z.strictObject({
  op: z.literal('append'),
  pid: z.int(),
  epoch: z.int(),
  leaderEpoch: z.int(),
  seq: z.int(),
  count: z.int(),
  valueBytes: z.int(),
  batchBytes: z.int(),
  ...outcome,
  epochs: z.unknown(),
  ...state,
});

/** All on one log. */
export const refusedAppends = sequence(refusedAppend, () => {
  const tested = new LogUnderTest({ 'internal.segment.bytes': '400' });
  return (recorded): Difference | undefined => {
    const { pid: producerId, epoch: producerEpoch, seq: baseSequence, leaderEpoch } = recorded;
    const timestampsMs = Array.from({ length: recorded.count }, () => tested.nowMs);
    const batch = batchOf(
      { timestampsMs, keyOf: (index) => `k${index}`, valueBytes: recorded.valueBytes },
      { producerId, producerEpoch, baseSequence, isTransactional: false, txnUid: noTxnUid },
    );
    const result = tested.append(batch, leaderEpoch);
    return differenceAt('append', recorded, {
      ...recorded,
      ...{ appended: undefined, duplicate: undefined, error: undefined },
      batchBytes: batch.sizeInBytes,
      ...viewOfAppend(result),
      epochs: tested.epochs,
      state: viewOfState(tested),
    });
  };
});
