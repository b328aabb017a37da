import { type Offset, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type Instant } from '../invariant.ts';
import { type CommitCall } from './commit-calls.ts';
import { type OffsetTruth } from './group-truth.ts';
import { type Loss } from './loss.ts';
import { type ProducerHistory } from './producer-history.ts';
import { type Send } from './send-ledger.ts';

/**
 * When and where a fact was told, and what the truth saw while it took the fact in. One object serves
 * all facts: each field says for which it holds, and is left over from earlier ones at others.
 */
export class Moment {
  at: Instant = 0;
  node = '';

  /** `batchAppended`: where the log ended before. */
  endBefore: Offset = 0;
  /** `leaderAppended`: the sends whose records the batch holds, in its order. */
  sends: Send[] = [];
  /** `leaderAppended`: the batches of its producer, this one last; null without idempotence. */
  history: ProducerHistory | null = null;

  /**
   * `logTruncated`, `logLoaded`, `replicaRemoved`: what the log has lost, oldest first; `logCleaned`:
   * what it held there before.
   */
  removed: readonly RecordBatch[] = [];
  /** `logTruncated`, `logLoaded`: up to where the log held what is committed before. */
  agreedBefore: Offset = 0;
  /** `logTruncated`, `logLoaded`: what the replica held that everybody else had lost. */
  formerHistory: Loss | null = null;

  /** `logStartMoved`, `logLoaded`: the log start before. */
  logStartBefore: Offset = 0;

  /** `coordinatorStored`: what has become durable of a partition of `__consumer_offsets` or `__transaction_state`. */
  stored: RecordBatch[] = [];
  /** The same: the offsets that groups have committed by it, and that show now. */
  committedOffsets: OffsetTruth[] = [];

  /** `highWatermarkMoved` of a leader: the first batch below it that cannot count as committed. */
  refused: RecordBatch | null = null;

  /**
   * `partitionChanged`, `leaderStarted`, `logLoaded`: what an election has lost of what was committed,
   * told when it takes effect.
   */
  loss: Loss | null = null;

  /** `sendAcked`, `sendFailed`: the send; undefined if it is not known. */
  send: Send | undefined = undefined;

  /** `offsetCommitSucceeded`, `offsetCommitFailed`: the call; undefined if it is not known. */
  commit: CommitCall | undefined = undefined;
}
