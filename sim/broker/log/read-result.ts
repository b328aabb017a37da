import { type AbortedTransaction } from '../../protocol/messages/fetch-response.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { type LogPosition } from './log-position.ts';

/** How far a reader may see: followers all, consumers what is replicated or also decided. */
export type FetchIsolation = 'logEnd' | 'highWatermark' | 'lastStable';

/** What a read found (`FetchDataInfo`): batches of one segment at most. */
export interface ReadResult {
  readonly error: 'NONE' | 'OFFSET_OUT_OF_RANGE' | 'KAFKA_STORAGE_ERROR';
  /** The words of Kafka's exception; null without an error. */
  readonly reason: string | null;
  /** Whole batches, of which the first may begin below the offset asked for. */
  readonly batches: readonly RecordBatch[];
  /** What counts against size limits: Kafka's answer may end with a cut batch, which nobody reads. */
  readonly sizeInBytes: number;
  /** Where the first batch begins; the bound itself if there was nothing to read. */
  readonly position: LogPosition;
  /** The first batch is larger than what was asked for, and was not to be sent nevertheless. */
  readonly isFirstIncomplete: boolean;
  /** Of the transactions that overlap the range read; null unless the isolation is lastStable. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
}

/** The answer to a look-up by timestamp (`FileRecords.TimestampAndOffset`). */
export interface TimestampedOffset {
  /** -1 for the ends of the log. */
  readonly timestampMs: number;
  readonly offset: Offset;
  /** -1 if unknown. */
  readonly leaderEpoch: number;
}

/** A read that found nothing because it may not read there. */
export function refusedRead(
  error: ReadResult['error'],
  reason: string,
  position: LogPosition,
): ReadResult {
  return {
    error,
    reason,
    batches: [],
    sizeInBytes: 0,
    position,
    isFirstIncomplete: false,
    abortedTransactions: null,
  };
}
