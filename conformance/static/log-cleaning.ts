import { z } from 'zod';
import { cleanableRange } from '../../sim/broker/log/cleaner/cleanable-range.ts';
import { Cleaning } from '../../sim/broker/log/cleaner/cleaning.ts';
import { BatchBuilder, noProducer } from '../../sim/protocol/batch-builder.ts';
import { endTransactionBatch } from '../../sim/protocol/control-batch.ts';
import { noTxnUid, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { differenceAt } from '../difference.ts';
import { LogUnderTest, startMs } from './log-under-test.ts';
import { firstOfSteps, section } from './section.ts';

const operation = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('append'),
    /** -1: not idempotent; else the batch belongs to a transaction. */
    pid: z.int(),
    /** Key, and bytes of the value; null is a tombstone. */
    records: z.array(z.tuple([z.string(), z.int().nullable()])),
    offsets: z.tuple([z.int(), z.int()]),
  }),
  z.strictObject({
    op: z.literal('marker'),
    pid: z.int(),
    type: z.enum(['COMMIT', 'ABORT']),
    offset: z.int(),
  }),
  z.strictObject({ op: z.literal('advance'), ms: z.int() }),
  z.looseObject({
    op: z.literal('clean'),
    rolledFirst: z.boolean(),
    cleanedTo: z.int().optional(),
  }),
]);
type Operation = z.infer<typeof operation>;

const cleaningCase = z.strictObject({
  config: z.record(z.string(), z.string()),
  ops: z.array(operation),
});

export const cleaning = section(cleaningCase, ({ config, ops }) => {
  const cleaned = new CleanedLog(config);
  return firstOfSteps(ops, (step, name) => {
    const came = { ...step, ...cleaned.perform(step) };
    return differenceAt(`${name} (${step.op})`, step, came);
  });
});

/** A log that is cleaned now and then. */
class CleanedLog {
  readonly #tested: LogUnderTest;
  readonly #nextSequences = new Map<number, number>();
  #cleanedTo: number | undefined = undefined;

  constructor(config: Readonly<Record<string, string>>) {
    this.#tested = new LogUnderTest(config);
  }

  /** What of the operation's outcome the model says. */
  perform(step: Operation): object {
    const tested = this.#tested;
    switch (step.op) {
      case 'append': {
        const { baseOffset, lastOffset } = tested.append(this.#batchOf(step), 0);
        return { offsets: [baseOffset, lastOffset] };
      }
      case 'marker': {
        const marker = endTransactionBatch({
          type: step.type === 'COMMIT' ? 'commit' : 'abort',
          producerId: step.pid,
          producerEpoch: 0,
          coordinatorEpoch: 0,
          timestampMs: tested.nowMs,
        });
        return { offset: tested.append(marker, 0, 'coordinator').baseOffset };
      }
      case 'advance':
        tested.nowMs += step.ms;
        return {};
      case 'clean':
        return this.#clean(step.rolledFirst);
    }
  }

  #batchOf({ pid, records }: Extract<Operation, { op: 'append' }>): RecordBatch {
    const builder = new BatchBuilder({ writeLimitBytes: Number.MAX_SAFE_INTEGER });
    for (const [key, valueBytes] of records) {
      const value = valueBytes === null ? null : '\0'.repeat(valueBytes);
      builder.append(this.#tested.nowMs, { key, value, headers: [] });
    }
    if (pid < 0) return builder.build(noProducer);
    const baseSequence = this.#nextSequences.get(pid) ?? 0;
    this.#nextSequences.set(pid, baseSequence + records.length);
    const producer = { producerId: pid, producerEpoch: 0, txnUid: noTxnUid };
    return builder.build({ ...producer, baseSequence, isTransactional: true });
  }

  #clean(isRolledFirst: boolean): object {
    const { log, nowMs } = this.#tested;
    if (isRolledFirst) log.roll();
    log.updateHighWatermark(log.logEndOffset);
    this.#tested.settle();
    const range = cleanableRange(log, this.#cleanedTo, nowMs);
    const before = {
      now: nowMs - startMs,
      hw: log.highWatermark,
      lso: log.lastStableOffset,
      segmentsBefore: this.#segments(),
      firstDirty: range.firstDirtyOffset,
      firstUncleanable: range.uncleanableOffset,
      cleanBytes: range.cleanBytes,
      cleanableBytes: range.cleanableBytes,
      cleanableRatio: range.cleanableBytes === 0 ? 0 : range.cleanableRatio,
    };
    if (range.uncleanableOffset <= range.firstDirtyOffset) return before;
    const cleaning = new Cleaning(range, nowMs, Number.MAX_SAFE_INTEGER);
    while (cleaning.cleanNextGroup() !== undefined);
    this.#cleanedTo = cleaning.endOffset;
    const left = log.allBatches().map(viewOfBatch);
    return { ...before, cleanedTo: this.#cleanedTo, segments: this.#segments(), log: left };
  }

  #segments(): number[] {
    return this.#tested.log.local.segments.all.map(({ baseOffset }) => baseOffset);
  }
}

function viewOfBatch(batch: RecordBatch): object {
  const { baseOffset, lastOffset, records, isControl, producerId, deleteHorizonMs } = batch;
  return {
    base: baseOffset,
    last: lastOffset,
    offsets: records.map(({ offsetDelta }) => baseOffset + offsetDelta),
    ...(isControl ? { control: true } : {}),
    ...(producerId < 0 ? {} : { pid: producerId }),
    ...(deleteHorizonMs < 0 ? {} : { deleteHorizon: deleteHorizonMs - startMs }),
  };
}
