import { type Context } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { noTxnUid, type TxnUid } from '../../protocol/record-batch.ts';
import { type Fact } from '../../trace.ts';
import { type GroupMetadata } from '../consumer/group/group-offset.ts';
import { type Thrown } from './exceptions.ts';
import { ResultWait } from './result-wait.ts';
import { type CallEnded } from './send-call.ts';
import { type TransactionFacts } from './transaction-facts.ts';
import { type TransactionManager } from './transaction-manager.ts';
import { type TransactionOffsets } from './transaction-offsets.ts';
import { type Begun, type TransactionOperations } from './transaction-operations.ts';

export interface TransactionCallParts {
  readonly context: Context<Frame, Fact>;
  /** How long a call may wait. */
  readonly maxBlockMs: number;
  readonly manager: TransactionManager;
  readonly operations: TransactionOperations;
  readonly facts: TransactionFacts;
  /** The producer is not closed. */
  readonly isRunning: () => boolean;
  readonly wakeSender: () => void;
}

/** The calls of `KafkaProducer` that have to do with transactions. */
export class TransactionCalls {
  readonly #parts: TransactionCallParts;

  constructor(parts: TransactionCallParts) {
    this.#parts = parts;
  }

  initTransactions(ended: CallEnded): void {
    const { manager, operations, facts } = this.#parts;
    this.#await(this.#closed ?? operations.initialize(), (thrown) => {
      if (thrown === undefined) {
        manager.bumps.updateVersion(true);
        facts.initialized(manager.sequences.producer);
      }
      ended(thrown);
    });
  }

  beginTransaction(txnUid: TxnUid): Thrown | undefined {
    const { operations, facts } = this.#parts;
    const thrown = this.#closed ?? operations.begin(txnUid);
    if (thrown === undefined) facts.begun(txnUid);
    return thrown;
  }

  sendOffsets(offsets: TransactionOffsets, ended: CallEnded): void {
    const { manager, operations, facts } = this.#parts;
    const { txnUid } = manager;
    const refusal = refusalOf(offsets.group) ?? this.#closed;
    if (refusal === undefined && offsets.offsets.length === 0) {
      ended(undefined);
      return;
    }
    facts.offsetsAttempted(txnUid, offsets);
    this.#await(refusal ?? operations.sendOffsets(offsets), (thrown) => {
      facts.offsetsEnded(txnUid, offsets, thrown);
      ended(thrown);
    });
  }

  commitTransaction(ended: CallEnded): void {
    this.#end(true, ended);
  }

  abortTransaction(ended: CallEnded): void {
    this.#end(false, ended);
  }

  #end(isCommit: boolean, ended: CallEnded): void {
    const { manager, operations, facts } = this.#parts;
    const { txnUid } = manager;
    facts.endAttempted(txnUid, isCommit);
    const begun =
      this.#closed ?? (isCommit ? operations.commit() : operations.abort('application'));
    this.#await(begun, (thrown) => {
      const isNeverCommitted = !manager.mayBeCommitted;
      facts.endReturned({ txnUid, isCommit, thrown, isNeverCommitted });
      if (thrown === undefined) manager.txnUid = noTxnUid;
      ended(thrown);
    });
  }

  get #closed(): Thrown | undefined {
    return this.#parts.isRunning() ? undefined : 'IllegalStateException';
  }

  #await(begun: Begun, ended: CallEnded): void {
    if (typeof begun === 'string') {
      ended(begun);
      return;
    }
    const { context, maxBlockMs, wakeSender } = this.#parts;
    wakeSender();
    new ResultWait(context, begun, ended).start(maxBlockMs);
  }
}

/** `KafkaProducer.throwIfInvalidGroupMetadata` */
function refusalOf({ generationId, memberId }: GroupMetadata): Thrown | undefined {
  return generationId > 0 && memberId === '' ? 'IllegalArgumentException' : undefined;
}
