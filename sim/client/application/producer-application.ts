import {
  type Connection,
  type Context,
  noTimer,
  type Process,
  type Task,
  type TimerId,
} from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type RecordId } from '../../protocol/record-batch.ts';
import { type Fact } from '../../trace.ts';
import { type KafkaProducer } from '../producer/kafka-producer.ts';
import { ApplicationThread } from './application-thread.ts';
import {
  type DueOperation,
  type DueTransaction,
  type ProducerSchedule,
} from './producer-schedule.ts';
import { recordToSend } from './record-to-send.ts';
import { ClientException, type Steps } from './steps.ts';
import { type Transactions } from './transactions.ts';

type TransactionOperation = Extract<
  DueOperation,
  { readonly op: 'begin' | 'commit' | 'abort' | 'transact' }
>;

/** What a producer's application is made of. */
export interface ProducerApplicationParts {
  readonly transactions: Transactions;
  /** What hears of the connections: the producer itself, if it is never replaced. */
  readonly connections: Omit<Process<Frame>, 'stopRequested'>;
  readonly schedule: ProducerSchedule;
  readonly nextRecordId: () => RecordId;
}

/**
 * The program around a producer, with one thread: it does the operations of its workload when their time
 * has come, or, if a call has blocked, as soon as that is over. A transaction that fails is aborted; a
 * producer that can do nothing more is replaced, unless another one has taken its place. Asked to stop,
 * it closes the producer and waits until all is sent.
 */
export class ProducerApplication implements Process<Frame>, Task {
  readonly taskName = 'application';
  readonly #context: Context<Frame, Fact>;
  readonly #parts: ProducerApplicationParts;
  #timer: TimerId = noTimer;
  /** The thread is in a call. */
  #isBusy = false;
  #isRunning = false;
  #state: 'open' | 'closing' | 'closed' = 'open';
  /** Someone has asked the process to stop. */
  #mustExit = false;

  constructor(context: Context<Frame, Fact>, parts: ProducerApplicationParts) {
    this.#context = context;
    this.#parts = parts;
    this.#sleep();
  }

  connected(connection: Connection): void {
    this.#parts.connections.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#parts.connections.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#parts.connections.disconnected(connection);
  }

  /** A thread that is in `send` is thrown out of it. */
  stopRequested(): void {
    this.#mustExit = true;
    if (this.#state === 'closed') this.#context.exit();
    if (this.#state === 'open') this.#close();
  }

  run(): void {
    this.#timer = noTimer;
    this.#work();
  }

  get #producer(): KafkaProducer {
    return this.#parts.transactions.producer.client;
  }

  /** Does all that is due, one after the other, until a call blocks. */
  #work(): void {
    this.#isRunning = true;
    while (!this.#isBusy) {
      const operation = this.#parts.schedule.take(this.#context.monotonic());
      if (operation === undefined) break;
      this.#isBusy = true;
      this.#do(operation);
    }
    this.#isRunning = false;
    if (!this.#isBusy) this.#sleep();
  }

  #do(operation: DueOperation): void {
    switch (operation.op) {
      case 'send': {
        const record = recordToSend(operation, this.#parts.nextRecordId());
        this.#producer.send(record, this.#returned);
        return;
      }
      case 'flush':
        this.#producer.flush(this.#returned);
        return;
      case 'close':
        this.#close();
        return;
      case 'begin':
      case 'commit':
      case 'abort':
      case 'transact':
        new ApplicationThread(this.#transact(operation), this.#returned).run();
        return;
    }
  }

  *#transact(operation: TransactionOperation): Steps<void> {
    const { transactions } = this.#parts;
    try {
      switch (operation.op) {
        case 'begin':
          yield* transactions.begin();
          return;
        case 'commit':
          yield* transactions.commit();
          return;
        case 'abort':
          yield* transactions.abort();
          return;
        case 'transact':
          yield* this.#wholeTransaction(operation);
      }
    } catch (thrown) {
      if (!(thrown instanceof ClientException)) throw thrown;
      const isFenced = yield* transactions.recover();
      if (isFenced) this.#parts.schedule.clear();
    }
  }

  *#wholeTransaction({ records, isAborted }: DueTransaction): Steps<void> {
    const { transactions, nextRecordId } = this.#parts;
    yield* transactions.begin();
    for (const record of records) {
      yield* transactions.producer.send(recordToSend(record, nextRecordId()));
    }
    if (!isAborted) {
      yield* transactions.commit();
      return;
    }
    // So that there is something in the logs to be aborted.
    yield* transactions.producer.flush();
    yield* transactions.abort();
  }

  readonly #returned = (): void => {
    this.#isBusy = false;
    if (!this.#isRunning) this.#work();
  };

  #close(): void {
    this.#state = 'closing';
    this.#parts.schedule.clear();
    this.#producer.close(Infinity, () => {
      this.#state = 'closed';
      if (this.#mustExit) this.#context.exit();
    });
  }

  #sleep(): void {
    const { nextAt } = this.#parts.schedule;
    if (nextAt === Infinity || this.#timer !== noTimer) return;
    const left = Math.max(nextAt - this.#context.monotonic(), 0);
    this.#timer = this.#context.setTimer(left, this);
  }
}
