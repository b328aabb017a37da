import { type StoredTransaction } from '../../sim/protocol/coordinator-record.ts';
import {
  type LogRecord,
  type Offset,
  type RecordBatch,
  type TxnUid,
} from '../../sim/protocol/record-batch.ts';
import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { type Instant } from '../invariant.ts';
import { type PartitionTruth } from './partition-truth.ts';

export type TransactionResult = 'commit' | 'abort';

/** What a leader has written to end a transaction in one partition. */
export interface WrittenMarker {
  readonly offset: Offset;
  readonly result: TransactionResult;
}

/** A decision that a coordinator has written, durable or not. */
export interface WrittenDecision {
  readonly value: StoredTransaction;
  readonly batch: RecordBatch;
  readonly home: PartitionTruth;
}

/** One transaction, from `beginTransaction()` on. */
export class TransactionTruth {
  readonly uid: TxnUid;
  readonly session: string;
  readonly transactionalId: string;
  readonly node: string;
  readonly begunAt: Instant;
  /** What its producer has asked for: the application, or `close()`. */
  readonly asked = new Set<TransactionResult>();
  /** Its coordinator has begun to abort it: it took too long, or another producer wants its id. */
  isCutShort = false;
  /**
   * What the last Prepare record about it says that is durable, or that a coordinator has acted on which
   * found it in its log; from the time on when somebody was told or a marker was written the first such;
   * null before. A coordinator whose write took longer than the transaction's
   * timeout decides once more, and nobody has seen the first decision.
   */
  outcome: TransactionResult | null = null;
  /** A later decision was another one, though the first could be known. */
  isContradicted = false;
  /** What a coordinator has answered to be its end. */
  reported: TransactionResult | null = null;
  decidedAt: Instant = -1;
  /** `transaction.timeout.ms`; -1 while its coordinator has written nothing. */
  timeoutMs = -1;
  /** That all markers are written is durable. */
  isComplete = false;
  /** The partition of `__transaction_state` that has it; null while nothing of it is durable. */
  home: PartitionTruth | null = null;
  /**
   * Partitions that the last durable record of the coordinator names. A write that failed for its
   * client may be durable all the same, and the next one does without it.
   */
  registered: ReadonlySet<PartitionName> = new Set();
  /** Partitions that any record of a coordinator has named, durable or not. */
  readonly named = new Set<PartitionName>();
  /** What coordinators have decided, each in its own log, in the order in which it was written. */
  readonly decisions: WrittenDecision[] = [];
  /** Where leaders have appended records of it. */
  readonly written = new Set<PartitionName>();
  /** What it has staged durably of the offsets of groups: by group, partition by partition. */
  readonly staged = new Map<string, Map<PartitionName, Offset>>();
  /** The last marker that a leader has appended which was not deposed, by partition; else the first. */
  readonly markers = new Map<PartitionName, WrittenMarker>();

  constructor(
    { txnUid, session, transactionalId }: FactOf<'transactionBegun'>,
    node: string,
    at: Instant,
  ) {
    this.uid = txnUid;
    this.session = session;
    this.transactionalId = transactionalId;
    this.node = node;
    this.begunAt = at;
  }

  /** Somebody can know how it was decided: from now on it cannot end otherwise. */
  get isSeen(): boolean {
    return this.markers.size > 0 || this.reported !== null || this.isComplete;
  }

  /** It is over, or was never more than begun, and its markers are below the start of every log. */
  get isForgettable(): boolean {
    const isOver = this.isComplete || (this.registered.size === 0 && this.written.size === 0);
    return isOver && this.markers.size === 0;
  }
}

/** Null for a state in which nothing is decided. */
export function resultOf(state: StoredTransaction['state']): TransactionResult | null {
  switch (state) {
    case 'PrepareCommit':
    case 'CompleteCommit':
      return 'commit';
    case 'PrepareAbort':
    case 'CompleteAbort':
      return 'abort';
    case 'Empty':
    case 'Ongoing':
      return null;
  }
}

/** What a marker says; null for another record. */
export function markerResult({ data }: LogRecord): TransactionResult | null {
  return data?.type === 'commit' || data?.type === 'abort' ? data.type : null;
}

export function partitionNames({ partitions }: StoredTransaction): PartitionName[] {
  return partitions.map(({ topic, partition }) => `${topic}-${partition}`);
}
