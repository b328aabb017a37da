import { type Connection, type Context } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { noTxnUid, type TxnUid } from '../../protocol/record-batch.ts';
import { type Fact } from '../../trace.ts';
import { type GroupMetadata, type GroupOffset } from '../consumer/group/group-offset.ts';
import { PollLoop } from '../poll-loop.ts';
import { type Thrown } from './exceptions.ts';
import { FlushCall } from './flush-call.ts';
import { MetadataWaits } from './metadata-waits.ts';
import {
  createSenderParts,
  type KafkaProducerOptions,
  transactionFactsOf,
} from './producer-parts.ts';
import { type ProducerRecord } from './producer-record.ts';
import { recordPartitioner } from './record-partitioner.ts';
import { type CallEnded, SendCall, type SendParts } from './send-call.ts';
import { type IdempotentParts, Sender } from './sender.ts';
import { ThreadWait } from './thread-wait.ts';
import { TransactionCalls } from './transaction-calls.ts';
import { type TransactionManager } from './transaction-manager.ts';

/**
 * A producer as `KafkaProducer` is, idempotent or not, with transactions or without. A call that waits in Java tells its end to a
 * callback here, perhaps before it returns; other threads may make calls meanwhile. What becomes of
 * records is told by facts.
 */
export class KafkaProducer {
  /** `undefined` without idempotence. */
  readonly manager: TransactionManager | undefined;
  readonly #context: Context<Frame, Fact>;
  readonly #loop: PollLoop;
  readonly #sender: Sender;
  readonly #parts: SendParts;
  /** `undefined` without transactions. */
  readonly #transactions: TransactionCalls | undefined;
  /** Threads that wait until the I/O thread has ended. */
  #closers: ThreadWait[] = [];
  #hasEnded = false;

  constructor(options: KafkaProducerOptions) {
    const { context, config } = options;
    const parts = createSenderParts(options);
    this.#context = context;
    this.manager = parts.idempotent?.manager;
    this.#sender = new Sender(parts, () => {
      this.#senderEnded();
    });
    this.#loop = new PollLoop(context, parts.network, this.#sender);
    this.#parts = {
      ...parts,
      context,
      waits: new MetadataWaits(parts.metadata),
      partitioner: recordPartitioner(config),
      operations: parts.idempotent?.operations,
      addsFirstChoice: options.switches['txn.addBeforeFinalPartition'] === 'on',
      wakeSender: this.#wakeSender,
      wakeBlockedSender: this.#wakeBlockedSender,
    };
    this.#transactions = this.#createTransactionCalls(options, parts.idempotent);
    this.#loop.start();
  }

  // What the process hears.

  connected(connection: Connection): void {
    this.#loop.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#loop.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#loop.disconnected(connection);
  }

  // What applications call.

  send(record: ProducerRecord, ended: CallEnded): void {
    const { facts } = this.#parts;
    facts.attempted(record, this.manager?.txnUid ?? noTxnUid);
    if (this.#sender.isRunning) {
      new SendCall(this.#parts, record, this.#context.wallClockMs(), ended).start();
      return;
    }
    facts.refused(record, null, 'IllegalStateException');
    ended('IllegalStateException');
  }

  /** Sends all at once, and waits until everything that was sent before is over. */
  flush(ended: () => void): void {
    new FlushCall(this.#context, this.#parts.accumulator, ended).start(this.#wakeSender);
  }

  /**
   * Takes no more records, and waits until all are over and the connections closed; after `timeoutMs`,
   * which may be 0 or Infinity, gives up what is left.
   */
  close(timeoutMs: number, ended: () => void): void {
    if (this.#hasEnded) {
      ended();
      return;
    }
    const thread = new ThreadWait(this.#context, (isTimedOut) => {
      if (!isTimedOut || this.#hasEnded) ended();
      else this.#closeSender(true);
    });
    this.#closers.push(thread);
    this.#closeSender(timeoutMs <= 0);
    thread.begin(timeoutMs <= 0 ? Infinity : timeoutMs);
  }

  // Transactions. Without `transactional.id` all these throw IllegalStateException.

  /** Gets id and epoch, and fences earlier producers with the same `transactional.id`. */
  initTransactions(ended: CallEnded): void {
    if (this.#transactions === undefined) ended('IllegalStateException');
    else this.#transactions.initTransactions(ended);
  }

  /** `txnUid`: ghost, unique in the run. @returns What is thrown; this call does not wait. */
  beginTransaction(txnUid: TxnUid): Thrown | undefined {
    if (this.#transactions === undefined) return 'IllegalStateException';
    return this.#transactions.beginTransaction(txnUid);
  }

  /** Commits offsets of a group as part of the transaction. */
  sendOffsetsToTransaction(
    offsets: readonly GroupOffset[],
    group: GroupMetadata,
    ended: CallEnded,
  ): void {
    if (this.#transactions === undefined) ended('IllegalStateException');
    else this.#transactions.sendOffsets({ offsets, group }, ended);
  }

  /** Sends all that is not sent yet, and then ends the transaction; after a timeout it must be called again. */
  commitTransaction(ended: CallEnded): void {
    if (this.#transactions === undefined) ended('IllegalStateException');
    else this.#transactions.commitTransaction(ended);
  }

  /** Drops all that is not sent yet, waits for the rest, and then ends the transaction. */
  abortTransaction(ended: CallEnded): void {
    if (this.#transactions === undefined) ended('IllegalStateException');
    else this.#transactions.abortTransaction(ended);
  }

  #createTransactionCalls(
    options: KafkaProducerOptions,
    idempotent: IdempotentParts | undefined,
  ): TransactionCalls | undefined {
    const facts = transactionFactsOf(options);
    if (facts === undefined || idempotent === undefined) return undefined;
    return new TransactionCalls({
      ...idempotent,
      context: options.context,
      maxBlockMs: options.config.maxBlockMs,
      facts,
      isRunning: () => this.#sender.isRunning,
      wakeSender: this.#wakeSender,
    });
  }

  #closeSender(isForced: boolean): void {
    this.#parts.accumulator.close();
    this.#sender.close(isForced);
    this.#wakeSender();
  }

  #senderEnded(): void {
    this.#hasEnded = true;
    this.#loop.stop();
    for (const thread of this.#closers) {
      thread.end();
      thread.notify();
    }
    this.#closers = [];
  }

  readonly #wakeSender = (): void => {
    this.#loop.wakeUp();
  };

  readonly #wakeBlockedSender = (): void => {
    if (this.#transactions !== undefined && this.#sender.isBlocked) this.#loop.wakeUp();
  };
}
