import { z } from 'zod';
import { type AppendResult } from '../../sim/broker/log/append-result.ts';
import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { differenceAt } from '../difference.ts';
import { LogUnderTest, viewOfError } from './log-under-test.ts';
import { batchOf } from './record-batches.ts';
import { section } from './section.ts';

const leaderEpoch = 4;

const validationCase = z.strictObject({
  config: z.record(z.string(), z.string()),
  /** Null: the record has none. */
  timestampsFromNow: z.array(z.int().nullable()),
  key: z.boolean(),
  codec: z.enum(['none', 'gzip', 'snappy', 'lz4', 'zstd']),
  batchBytes: z.int(),
  accepted: z.unknown().optional(),
  error: z.looseObject({ invalid: z.unknown().optional() }).optional(),
});

export const validation = section(validationCase, (recorded) => {
  const { config, timestampsFromNow, key, codec, batchBytes, accepted, error } = recorded;
  const tested = new LogUnderTest(config);
  const { nowMs } = tested;
  const batch = batchOf({
    timestampsMs: timestampsFromNow.map((ms) => (ms === null ? -1 : nowMs + ms)),
    keyOf: () => (key ? 'k' : null),
    valueBytes: 5,
    compressionType: codec,
  });
  // The simulator assumes how well a batch compresses.
  const sent = codec === 'none' ? batch : { ...batch, sizeInBytes: batchBytes };
  const came = {
    batchBytes: sent.sizeInBytes,
    ...viewOfResult(tested.append(sent, leaderEpoch), nowMs),
  };
  return differenceAt('append', { batchBytes, ...expectedOf(accepted, error) }, came);
});

/** Where single records are refused, Kafka wraps what it answers in an exception of the server. */
function expectedOf(
  accepted: unknown,
  error: { readonly invalid?: unknown; readonly recordErrors?: unknown } | undefined,
): object {
  if (error === undefined) return { accepted };
  const { invalid, recordErrors, ...own } = error;
  return invalid === undefined ? { error: own } : { error: invalid, recordErrors };
}

function viewOfResult(result: AppendResult, nowMs: number): object {
  const { error, reason, recordErrors, logAppendTimeMs } = result;
  const [batch] = result.batches;
  if (batch !== undefined) return { accepted: viewOfBatch(batch, logAppendTimeMs, nowMs) };
  const view = { error: viewOfError(error, reason) };
  if (recordErrors.length === 0) return view;
  const errors = recordErrors.map(({ batchIndex, batchIndexErrorMessage }) => {
    return [batchIndex, batchIndexErrorMessage];
  });
  return { ...view, recordErrors: errors };
}

function viewOfBatch(batch: RecordBatch, logAppendTimeMs: number, nowMs: number): object {
  const fromNow = (ms: number): number | null => (ms === -1 ? null : ms - nowMs);
  return {
    maxTimestampFromNow: fromNow(batch.maxTimestampMs),
    timestampType: batch.timestampType,
    codec: batch.compressionType,
    logAppendTimeFromNow: fromNow(logAppendTimeMs),
    leaderEpoch: batch.partitionLeaderEpoch,
    base: batch.baseOffset,
  };
}
