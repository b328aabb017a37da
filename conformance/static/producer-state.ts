import { z } from 'zod';
import { type AppendResult } from '../../sim/broker/log/append-result.ts';
import { notVerified, type Verification } from '../../sim/broker/log/leader-append.ts';
import { noGuard, type VerificationGuard } from '../../sim/broker/log/transaction-verification.ts';
import { noProducer } from '../../sim/protocol/batch-builder.ts';
import { endTransactionBatch } from '../../sim/protocol/control-batch.ts';
import { errorProperties } from '../../sim/protocol/errors.ts';
import { noTxnUid, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { differenceAt } from '../difference.ts';
import { LogUnderTest, viewOfAppend } from './log-under-test.ts';
import { batchOf } from './record-batches.ts';
import { firstOfSteps, section } from './section.ts';

const leaderEpoch = 3;

const state = z.looseObject({ end: z.int() });
const outcome = {
  appended: z.unknown().optional(),
  duplicate: z.unknown().optional(),
  error: z.unknown().optional(),
  state,
};
const producer = { pid: z.int(), epoch: z.int() };
const append = z.strictObject({
  op: z.literal('append'),
  /** What the case is about; says nothing that the rest does not. */
  kind: z.string(),
  ...producer,
  seq: z.int(),
  count: z.int(),
  txn: z.boolean(),
  verify: z.enum(['ok', 'stale', 'none']).optional(),
  supportsEpochBump: z.boolean().optional(),
  guard: z.enum(['issued', 'sentinel']).optional(),
  verifyError: z.unknown().optional(),
  ...outcome,
});
const marker = z.strictObject({
  op: z.literal('marker'),
  type: z.enum(['COMMIT', 'ABORT']),
  ...producer,
  coordinatorEpoch: z.int(),
  transactionVersion: z.int(),
  ...outcome,
});
const operation = z.discriminatedUnion('op', [
  append,
  marker,
  z.strictObject({ op: z.literal('plain'), appended: z.tuple([z.int(), z.int()]), state }),
  z.strictObject({ op: z.literal('highWatermark'), to: z.int(), state }),
  z.strictObject({ op: z.literal('truncate'), to: z.int(), truncated: z.boolean(), state }),
  z.strictObject({ op: z.literal('expire'), advanceMs: z.int(), state }),
]);
type Operation = z.infer<typeof operation>;
type Append = z.infer<typeof append>;
type Marker = z.infer<typeof marker>;

const sequencesCase = z.strictObject({
  verification: z.boolean(),
  ops: z.array(operation),
  atEnd: z.strictObject({ end: z.int(), lso: z.int(), aborted: z.array(z.unknown()) }),
});

export const producerSequences = section(sequencesCase, ({ verification, ops, atEnd }) => {
  const tested = new LogUnderTest({}, verification);
  const guards = new Map<number, VerificationGuard>();
  const difference = firstOfSteps(ops, (step, name) => {
    const came = perform(tested, guards, step);
    tested.settle();
    const { op, state: expectedState, ...rest } = step;
    const expected = Object.fromEntries(
      Object.entries(rest).filter(([key]) => outcomeKeys.includes(key)),
    );
    const states = { state: viewOfState(tested, shownProducers(expectedState)) };
    return differenceAt(
      `${name} (${op})`,
      { ...expected, state: expectedState },
      { ...came, ...states },
    );
  });
  if (difference !== undefined) return difference;
  tested.log.updateHighWatermark(tested.log.logEndOffset);
  return differenceAt('end', atEnd, viewOfEnd(tested));
});

const outcomeKeys = ['appended', 'duplicate', 'error', 'truncated', 'guard', 'verifyError'];

/** What came of it, besides the new state. */
function perform(
  tested: LogUnderTest,
  guards: Map<number, VerificationGuard>,
  step: Operation,
): object {
  switch (step.op) {
    case 'append':
      return performAppend(tested, guards, step);
    case 'marker': {
      const { transactionVersion } = step;
      const verification = { guard: noGuard, transactionVersion };
      const result = tested.append(
        markerOf(tested, step),
        leaderEpoch,
        'coordinator',
        verification,
      );
      return viewOfAppend(result);
    }
    case 'plain': {
      const [first, last] = step.appended;
      return viewOfAppend(tested.append(dataOf(tested, last - first + 1), leaderEpoch));
    }
    case 'highWatermark':
      tested.log.updateHighWatermark(step.to);
      return {};
    case 'truncate':
      return { truncated: tested.log.truncateTo(step.to) };
    case 'expire':
      tested.nowMs += step.advanceMs;
      tested.log.removeExpiredProducers();
      return {};
  }
}

function performAppend(
  tested: LogUnderTest,
  guards: Map<number, VerificationGuard>,
  step: Append,
): object {
  const { pid, epoch, seq, txn, count, verify, supportsEpochBump = false } = step;
  let verification: Verification = notVerified;
  let shown: object = {};
  if (verify === 'ok') {
    const guard = tested.log.startVerification(pid, epoch, seq, supportsEpochBump);
    if (guard === 'INVALID_PRODUCER_EPOCH') return { verifyError: staleEpoch(tested, step) };
    if (guard !== noGuard) guards.set(pid, guard);
    verification = { ...notVerified, guard };
  } else if (verify === 'stale') {
    verification = { ...notVerified, guard: guards.get(pid) ?? noGuard };
  }
  if (verify !== undefined) {
    shown = { guard: verification.guard === noGuard ? 'sentinel' : 'issued' };
  }
  const batch = dataOf(tested, count, {
    producerId: pid,
    producerEpoch: epoch,
    baseSequence: seq,
    isTransactional: txn,
    txnUid: noTxnUid,
  });
  const result = tested.append(batch, leaderEpoch, 'client', verification);
  return { ...shown, ...viewOfAppend(result) };
}

/** The log only says that the epoch is old; Kafka's words are those of a refused append. */
function staleEpoch({ log }: LogUnderTest, { pid, epoch }: Append): object {
  const lastEpoch = log.producerState.entry(pid)?.producerEpoch;
  return {
    exception: errorProperties('INVALID_PRODUCER_EPOCH').exception,
    message: `Epoch of producer ${pid} is ${epoch}, which is smaller than the last seen epoch ${String(
      lastEpoch,
    )}`,
  };
}

function dataOf({ nowMs }: LogUnderTest, count: number, producer = noProducer): RecordBatch {
  const timestampsMs = Array.from({ length: count }, () => nowMs);
  return batchOf({ timestampsMs, valueBytes: 1 }, producer);
}

function markerOf({ nowMs }: LogUnderTest, step: Marker): RecordBatch {
  return endTransactionBatch({
    type: step.type === 'COMMIT' ? 'commit' : 'abort',
    producerId: step.pid,
    producerEpoch: step.epoch,
    coordinatorEpoch: step.coordinatorEpoch,
    timestampMs: nowMs,
  });
}

/** Ids of the producers that a recorded state shows: those that the operation was about. */
function shownProducers(expected: object): number[] {
  return Object.keys(expected)
    .filter((key) => /^p\d+$/u.test(key))
    .map((key) => Number(key.slice(1)));
}

function viewOfState({ log }: LogUnderTest, producerIds: readonly number[]): object {
  const { firstUnstableOffset: firstUnstable } = log;
  const producers = producerIds.map((id) => [`p${id}`, viewOfProducer(log, id)] as const);
  return {
    end: log.logEndOffset,
    hw: log.highWatermark,
    lso: log.lastStableOffset,
    ...(firstUnstable === -1 ? {} : { firstUnstable }),
    ...Object.fromEntries(producers),
  };
}

function viewOfProducer({ producerState }: LogUnderTest['log'], id: number): object | null {
  const entry = producerState.entry(id);
  if (entry === undefined) return null;
  const { coordinatorEpoch, currentTxnFirstOffset } = entry;
  return {
    epoch: entry.producerEpoch,
    batches: entry.batches.map((batch) => [
      batch.firstSequence,
      batch.lastSequence,
      batch.firstOffset,
      batch.lastOffset,
    ]),
    ...(coordinatorEpoch === -1 ? {} : { coordinatorEpoch }),
    ...(currentTxnFirstOffset === -1 ? {} : { txnFirst: currentTxnFirstOffset }),
  };
}

function viewOfEnd({ log }: LogUnderTest): object {
  const aborted = log.abortedTransactions(log.logStartOffset, log.logEndOffset);
  return {
    end: log.logEndOffset,
    lso: log.lastStableOffset,
    aborted: aborted.map((entry) => ({
      pid: entry.producerId,
      first: entry.firstOffset,
      last: entry.lastOffset,
      lastStable: entry.lastStableOffset,
    })),
  };
}

const windowCase = z.strictObject({
  firstSeq: z.int(),
  batches: z.int(),
  count: z.int(),
  retries: z.array(z.looseObject({ retrySeq: z.int(), count: z.int() })),
  state,
});

/** All batches again after all of them: of the last five a retry is known. */
export const retryWindow = section(windowCase, (recorded) => {
  const { batches, count, retries, state: expectedState } = recorded;
  const tested = new LogUnderTest();
  const producerId = 7;
  const sendAt = (baseSequence: number): AppendResult =>
    tested.append(
      dataOf(tested, count, {
        producerId,
        producerEpoch: 0,
        baseSequence,
        isTransactional: false,
        txnUid: noTxnUid,
      }),
      leaderEpoch,
    );
  for (const { retrySeq } of retries.slice(0, batches)) sendAt(retrySeq);
  const came = retries.map(({ retrySeq }) => ({
    retrySeq,
    count,
    ...viewOfAppend(sendAt(retrySeq)),
  }));
  return (
    differenceAt('retries', retries, came) ??
    differenceAt('state', expectedState, viewOfState(tested, [producerId]))
  );
});
