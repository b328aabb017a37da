import { type ErrorName } from '../../protocol/errors.ts';
import { type BatchIndexAndErrorMessage } from '../../protocol/messages/produce-response.ts';
import { type Offset, type RecordBatch } from '../../protocol/record-batch.ts';

/** Who appends to a leader: only what clients send is checked for sequences (`AppendOrigin`). */
export type AppendOrigin = 'client' | 'coordinator';

/** What became of an append to a leader. */
export interface AppendResult {
  /** NONE also for a duplicate. */
  readonly error: ErrorName;
  /** The words of Kafka's exception; null without an error. */
  readonly reason: string | null;
  /** What the answer to the client says: the reason where records were refused, else null. */
  readonly errorMessage: string | null;
  readonly recordErrors: readonly BatchIndexAndErrorMessage[];
  /** Of the batch, or of the batch of which it is a duplicate; -1 on errors. */
  readonly baseOffset: Offset;
  /** Inclusive; -1 on errors. */
  readonly lastOffset: Offset;
  /** With LogAppendTime the leader's clock, for a duplicate the first one's timestamp; else -1. */
  readonly logAppendTimeMs: number;
  /** -1 where the batch was refused before the log was looked at. */
  readonly logStartOffset: Offset;
  /** The log has this batch already: nothing was appended, and this is where it lies. */
  readonly isDuplicate: boolean;
  /** As they lie in the log now: followers and readers share them. Empty if nothing was appended. */
  readonly batches: readonly RecordBatch[];
}

/** Why a follower could not append; the last two have no number on the wire. */
export type FollowerAppendError = ErrorName | 'UNEXPECTED_OFFSET' | 'OFFSETS_OUT_OF_ORDER';

/** What became of an append to a follower. */
export interface FollowerAppendResult {
  readonly error: FollowerAppendError;
  readonly reason: string | null;
  /** First offset of what was to be appended; for UNEXPECTED_OFFSET the caller decides by it. */
  readonly firstOffset: Offset;
  /** Inclusive; -1 if there was nothing to append. */
  readonly lastOffset: Offset;
  /** Epoch of the last batch appended; -1 if none was. */
  readonly lastLeaderEpoch: number;
  readonly sizeInBytes: number;
  /** What was appended: batches of a later epoch than the follower's are left out (KAFKA-18723). */
  readonly batches: readonly RecordBatch[];
}
