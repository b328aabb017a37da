import {
  type Connection,
  type Context,
  noTimer,
  type Process,
  type Task,
  type TimerId,
} from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Bytes, type RecordId } from '../../protocol/record-batch.ts';
import { type Fact } from '../../trace.ts';
import { type KafkaProducer } from '../producer/kafka-producer.ts';
import { type DueOperation, type DueSend, type ProducerSchedule } from './producer-schedule.ts';

/**
 * The program around a producer, with one thread: it does the operations of its workload when their time
 * has come, or, if a call has blocked, as soon as that is over. Asked to stop, it closes the producer and
 * waits until all is sent.
 */
export class ProducerApplication implements Process<Frame>, Task {
  readonly taskName = 'application';
  readonly #context: Context<Frame, Fact>;
  readonly #producer: KafkaProducer;
  readonly #schedule: ProducerSchedule;
  readonly #nextRecordId: () => RecordId;
  #timer: TimerId = noTimer;
  /** The thread is in a call. */
  #isBusy = false;
  #isRunning = false;
  #state: 'open' | 'closing' | 'closed' = 'open';
  /** Someone has asked the process to stop. */
  #mustExit = false;

  constructor(
    context: Context<Frame, Fact>,
    producer: KafkaProducer,
    schedule: ProducerSchedule,
    nextRecordId: () => RecordId,
  ) {
    this.#context = context;
    this.#producer = producer;
    this.#schedule = schedule;
    this.#nextRecordId = nextRecordId;
    this.#sleep();
  }

  connected(connection: Connection): void {
    this.#producer.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#producer.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#producer.disconnected(connection);
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

  /** Does all that is due, one after the other, until a call blocks. */
  #work(): void {
    this.#isRunning = true;
    while (!this.#isBusy) {
      const operation = this.#schedule.take(this.#context.monotonic());
      if (operation === undefined) break;
      this.#isBusy = true;
      this.#do(operation);
    }
    this.#isRunning = false;
    if (!this.#isBusy) this.#sleep();
  }

  #do(operation: DueOperation): void {
    switch (operation.op) {
      case 'send':
        this.#send(operation);
        return;
      case 'flush':
        this.#producer.flush(this.#returned);
        return;
      case 'close':
        this.#close();
        return;
    }
  }

  #send({ topic, partition, key, valueBytes }: DueSend): void {
    const recordId = this.#nextRecordId();
    const value = valueOf(recordId, valueBytes);
    this.#producer.send(
      { topic, partition, key, value, headers: noHeaders, recordId },
      this.#returned,
    );
  }

  readonly #returned = (): void => {
    this.#isBusy = false;
    if (!this.#isRunning) this.#work();
  };

  #close(): void {
    this.#state = 'closing';
    this.#schedule.clear();
    this.#producer.close(Infinity, () => {
      this.#state = 'closed';
      if (this.#mustExit) this.#context.exit();
    });
  }

  #sleep(): void {
    const { nextAt } = this.#schedule;
    if (nextAt === Infinity || this.#timer !== noTimer) return;
    const left = Math.max(nextAt - this.#context.monotonic(), 0);
    this.#timer = this.#context.setTimer(left, this);
  }
}

const noHeaders = [] as const;

/** A value that names the record, as long as it has to be. */
function valueOf(recordId: RecordId, valueBytes: number): Bytes {
  const name = `r${recordId}`;
  return name.length < valueBytes ? name.padEnd(valueBytes, '.') : name.slice(0, valueBytes);
}
