import { type FetchRequest } from '../protocol/messages/fetch-request.ts';
import { type FetchResponse } from '../protocol/messages/fetch-response.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type Offset, type RecordBatch } from '../protocol/record-batch.ts';

/** The log of `__cluster_metadata`-0 as a controller sees it: Kafka's `RaftClient`. */
export interface QuorumLog {
  /** Committed end: exclusive, and -1 while it is not known. */
  readonly highWatermark: Offset;
  /** Where the next record that this node appends as leader will lie. */
  readonly nextOffset: Offset;
  /** Opens the log: the listener hears of all that is committed, and then who leads. */
  readonly start: () => void;
  /** All that is committed, from the start, for a state machine that begins anew. */
  readonly committedBatches: () => readonly RecordBatch[];
  /**
   * Gives the leader of `epoch` records that go into one batch, and returns the offset of the last;
   * `undefined` if this node does not lead in that epoch any more. They are committed later or never.
   */
  readonly append: (epoch: number, records: readonly MetadataRecord[]) => Offset | undefined;
  /** The state machine gives up the leadership of `epoch`. */
  readonly resign: (epoch: number) => void;
  /** A replica of the log asks for what follows; the waiter is told when there is an answer. */
  readonly fetch: (request: FetchRequest, waiter: FetchWaiter) => void;
  /** The waiter will not be told any more: its connection is gone. */
  readonly forget: (waiter: FetchWaiter) => void;
}

/** Who waits for the answer to one fetch. */
export interface FetchWaiter {
  readonly fetchAnswered: (body: FetchResponse, recordBytes: number) => void;
}

/** The state machine on top of the log. */
export interface QuorumLogListener {
  /** A batch is committed. In order, each once in the life of the process; control batches too. */
  readonly batchCommitted: (batch: RecordBatch) => void;
  /** This node leads in `epoch`, and all that was committed before has been told. */
  readonly becameLeader: (epoch: number) => void;
  /** Another node leads, or none: what was appended here may never be committed. */
  readonly lostLeadership: () => void;
  /** The log cannot be written: the process has to end. */
  readonly storageFailed: () => void;
}
