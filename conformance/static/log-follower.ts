import { z } from 'zod';
import {
  type FollowerAppendError,
  type FollowerAppendResult,
} from '../../sim/broker/log/append-result.ts';
import { errorProperties } from '../../sim/protocol/errors.ts';
import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { differenceAt } from '../difference.ts';
import { LogUnderTest } from './log-under-test.ts';
import { batchOf } from './record-batches.ts';
import { firstOfSteps, section } from './section.ts';

const seen = { end: z.int(), hw: z.int(), epochs: z.unknown() };
const batch = z.strictObject({ base: z.int(), count: z.int(), leaderEpoch: z.int() });
const operation = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('appendAsFollower'),
    currentEpoch: z.int(),
    batches: z.array(batch),
    validBytes: z.int().optional(),
    totalBytes: z.int().optional(),
    error: z.unknown().optional(),
    ...seen,
  }),
  z.strictObject({
    op: z.literal('maybeUpdateHighWatermark'),
    leaderHighWatermark: z.int(),
    changedTo: z.int().nullable(),
    ...seen,
  }),
  z.strictObject({ op: z.literal('truncateTo'), to: z.int(), truncated: z.boolean(), ...seen }),
  z.strictObject({
    op: z.literal('endOffsetForEpoch'),
    epoch: z.int(),
    answer: z.tuple([z.int(), z.int()]).nullable(),
    ...seen,
  }),
]);
type Operation = z.infer<typeof operation>;

const followerCase = z.strictObject({ ops: z.array(operation) });

export const followerLog = section(followerCase, ({ ops }) => {
  const tested = new LogUnderTest();
  return firstOfSteps(ops, (step, name) => {
    const came = perform(tested, step);
    tested.settle();
    return differenceAt(`${name} (${step.op})`, step, {
      ...step,
      ...came,
      end: tested.log.logEndOffset,
      hw: tested.log.highWatermark,
      epochs: tested.epochs,
    });
  });
});

/** What of the operation's outcome the model says; it takes the place of what is recorded. */
function perform(tested: LogUnderTest, step: Operation): object {
  const { log } = tested;
  switch (step.op) {
    case 'appendAsFollower': {
      const batches = step.batches.map((description) => batchFrom(tested, description));
      const came = viewOfResult(log.appendAsFollower(batches, step.currentEpoch), batches);
      return { validBytes: undefined, totalBytes: undefined, error: undefined, ...came };
    }
    case 'maybeUpdateHighWatermark': {
      const before = log.highWatermark;
      const after = log.updateHighWatermark(step.leaderHighWatermark);
      return { changedTo: after === before ? null : after };
    }
    case 'truncateTo':
      return { truncated: log.truncateTo(step.to) };
    case 'endOffsetForEpoch': {
      const end = log.endOffsetFor(step.epoch);
      return { answer: end === null ? null : [end.leaderEpoch, end.endOffset] };
    }
  }
}

/** A batch as its leader has appended it. */
function batchFrom(
  { nowMs }: LogUnderTest,
  { base, count, leaderEpoch }: z.infer<typeof batch>,
): RecordBatch {
  const timestampsMs = Array.from({ length: count }, () => nowMs);
  const sent = batchOf({ timestampsMs, keyOf: () => 'k', valueBytes: 4 });
  return {
    ...sent,
    baseOffset: base,
    lastOffset: base + count - 1,
    partitionLeaderEpoch: leaderEpoch,
  };
}

function viewOfResult(result: FollowerAppendResult, sent: readonly RecordBatch[]): object {
  const { error, reason, sizeInBytes } = result;
  if (error !== 'NONE') return { error: { exception: exceptionOf(error), message: reason } };
  const totalBytes = sent.reduce((sum, batch) => sum + batch.sizeInBytes, 0);
  return { validBytes: sizeInBytes, totalBytes };
}

function exceptionOf(error: FollowerAppendError): string {
  if (error === 'UNEXPECTED_OFFSET') return 'UnexpectedAppendOffsetException';
  if (error === 'OFFSETS_OUT_OF_ORDER') return 'OffsetsOutOfOrderException';
  return errorProperties(error).exception;
}
