import { noTxnUid, type TxnUid } from '../../protocol/record-batch.ts';
import { type GroupMetadata, type GroupOffset } from '../consumer/group/group-offset.ts';
import { type KafkaProducer } from '../producer/kafka-producer.ts';
import { ProducerCalls } from './producer-calls.ts';
import { ClientException, type Steps } from './steps.ts';

export interface TransactionsOptions {
  /** Makes a producer with a session of its own. */
  readonly createProducer: () => KafkaProducer;
  readonly nextTxnUid: () => TxnUid;
}

const fenced = 'ProducerFencedException';

/** The transactions of an application, one after the other, and the producer that makes them. */
export class Transactions {
  readonly #options: TransactionsOptions;
  #producer: ProducerCalls;
  #isInitialized = false;
  #open: TxnUid = noTxnUid;

  constructor(options: TransactionsOptions) {
    this.#options = options;
    this.#producer = new ProducerCalls(options.createProducer());
  }

  get producer(): ProducerCalls {
    return this.#producer;
  }

  /** The transaction that has begun; -1: none. */
  get open(): TxnUid {
    return this.#open;
  }

  *begin(): Steps<void> {
    if (!this.#isInitialized) yield* untilInTime(() => this.#producer.initTransactions());
    this.#isInitialized = true;
    const txnUid = this.#options.nextTxnUid();
    this.#producer.beginTransaction(txnUid);
    this.#open = txnUid;
  }

  *sendOffsets(offsets: readonly GroupOffset[], group: GroupMetadata): Steps<void> {
    yield* this.#producer.sendOffsetsToTransaction(offsets, group);
  }

  *commit(): Steps<void> {
    yield* untilInTime(() => this.#producer.commitTransaction());
    this.#open = noTxnUid;
  }

  *abort(): Steps<void> {
    yield* untilInTime(() => this.#producer.abortTransaction());
    this.#open = noTxnUid;
  }

  /**
   * After a failure: aborts what is open, or takes a new producer in the place of one that can do
   * nothing more. If another producer has taken its transactional id, it stays as it is.
   * @returns Whether it was fenced.
   */
  *recover(): Steps<boolean> {
    try {
      if (this.#open !== noTxnUid) yield* this.abort();
      else if (!this.#isInitialized) yield* this.replace();
    } catch (thrown) {
      if (!(thrown instanceof ClientException)) throw thrown;
      if (thrown.name === fenced) return true;
      yield* this.replace();
    }
    return false;
  }

  /** Takes a new producer, which fences the old one. */
  *replace(): Steps<void> {
    yield* this.#producer.close(0);
    this.#producer = new ProducerCalls(this.#options.createProducer());
    this.#isInitialized = false;
    this.#open = noTxnUid;
  }
}

/** Makes a call again that has timed out: what it has begun goes on. */
function* untilInTime(call: () => Steps<void>): Steps<void> {
  for (;;) {
    try {
      yield* call();
      return;
    } catch (thrown) {
      const isTimeout = thrown instanceof ClientException && thrown.name === 'TimeoutException';
      if (!isTimeout) throw thrown;
    }
  }
}
