import {
  type Connection,
  type Context,
  noTimer,
  type Process,
  type Task,
  type TimerId,
} from '../../kernel/process.ts';
import { type Duration, milliseconds } from '../../kernel/time.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ConsumerOperation } from '../../plan.ts';
import { type Fact } from '../../trace.ts';
import { parseTopicPartition, type TopicPartition } from '../topic-partition.ts';
import { type ConsumerException } from '../consumer/consumer-exception.ts';
import { type Collected } from '../consumer/fetch-collector.ts';
import { type KafkaConsumer } from '../consumer/kafka-consumer.ts';
import { openOperations } from './open-operations.ts';

/** How long the application rests when a call has thrown. */
const restAfterException: Duration = milliseconds(1_000);

export interface ApplicationOptions {
  /** Work after each poll that returned records. */
  readonly processingMs: number;
  readonly workload: readonly ConsumerOperation[];
}

/**
 * The program around a consumer, with one thread: it polls for ever, works on what it gets, and between
 * two polls does the operations of its workload whose time has come. If a poll throws, it rests for a
 * second and polls again. Asked to stop, it wakes the consumer up and closes it.
 */
export class ConsumerApplication implements Process<Frame> {
  readonly #context: Context<Frame, Fact>;
  readonly #consumer: KafkaConsumer;
  readonly #processing: Duration;
  /** Still to come, the next one first. */
  readonly #operations: ConsumerOperation[];
  readonly #goOn: Task;
  /** The thread is in a call, at work, or asleep. */
  #isBusy = false;
  /** It has nothing to do before the next operation, if there is one. */
  #isIdle = false;
  #isRunning = false;
  #sleep: TimerId = noTimer;
  #state: 'open' | 'stopping' | 'closing' | 'closed' = 'open';
  /** Someone has asked the process to stop. */
  #mustExit = false;

  constructor(
    context: Context<Frame, Fact>,
    consumer: KafkaConsumer,
    { processingMs, workload }: ApplicationOptions,
  ) {
    this.#context = context;
    this.#consumer = consumer;
    this.#processing = milliseconds(processingMs);
    this.#operations = [...openOperations(workload, context.monotonic() / 1_000)];
    this.#goOn = {
      taskName: 'application',
      run: () => {
        this.#free();
      },
    };
    this.#rest(0);
  }

  connected(connection: Connection): void {
    this.#consumer.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#consumer.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#consumer.disconnected(connection);
  }

  stopRequested(): void {
    if (this.#state === 'closed') this.#context.exit();
    this.#mustExit = true;
    if (this.#state !== 'open') return;
    this.#state = 'stopping';
    this.#consumer.wakeUp();
    if (!this.#isIdle) return;
    this.#context.cancelTimer(this.#sleep);
    this.#free();
  }

  /** The thread goes on: not deeper in the stack, if it is what has just called. */
  #free(): void {
    this.#isBusy = false;
    this.#isIdle = false;
    if (this.#isRunning) return;
    this.#isRunning = true;
    do this.#turn();
    while (this.#isFree());
    this.#isRunning = false;
  }

  #isFree(): boolean {
    return !this.#isBusy;
  }

  #turn(): void {
    this.#isBusy = true;
    if (this.#state === 'stopping') {
      this.#close();
      return;
    }
    const operation = this.#takeDue();
    if (operation !== undefined) this.#do(operation);
    else this.#poll();
  }

  #takeDue(): ConsumerOperation | undefined {
    const next = this.#operations[0];
    if (next === undefined || milliseconds(next.atMs) > this.#context.monotonic()) return undefined;
    return this.#operations.shift();
  }

  /** Polls until the next operation is due; without partitions there is nothing to poll. */
  #poll(): void {
    const next = this.#operations[0];
    const left =
      next === undefined ? Infinity : milliseconds(next.atMs) - this.#context.monotonic();
    if (!this.#consumer.subscriptions.isEmpty) {
      this.#consumer.poll(Math.ceil(left / 1_000), this.#polled);
      return;
    }
    this.#isIdle = true;
    if (left < Infinity) this.#rest(left);
  }

  readonly #polled = ({ partitions, exception }: Collected): void => {
    if (exception !== undefined) this.#caught(exception);
    else if (partitions.length > 0 && this.#processing > 0) this.#rest(this.#processing);
    else this.#free();
  };

  #do(operation: ConsumerOperation): void {
    switch (operation.op) {
      case 'assign':
        this.#assign(operation, operation.partitions, []);
        return;
      case 'endOffsets':
        this.#consumer.endOffsets(this.#assigned(operation.partitions), ({ exception }) => {
          if (exception === undefined) this.#free();
          else this.#caught(exception);
        });
        return;
      case 'close':
        this.#close();
        return;
      case 'seek':
        this.#seek(operation);
        break;
      case 'pause':
        this.#consumer.pause(this.#assigned(operation.partitions));
        break;
      case 'resume':
        this.#consumer.resume(this.#assigned(operation.partitions));
        break;
    }
    this.#free();
  }

  /** Finds the partitions of the topics among `names`, one after the other, and then assigns them. */
  #assign(
    operation: ConsumerOperation,
    names: readonly string[],
    found: readonly TopicPartition[],
  ): void {
    const [name, ...others] = names;
    if (name === undefined) {
      this.#consumer.assign(found);
      this.#free();
      return;
    }
    const partition = parseTopicPartition(name);
    if (partition !== undefined) {
      this.#assign(operation, others, [...found, partition]);
      return;
    }
    this.#consumer.partitionsFor(name, ({ partitions, exception }) => {
      if (partitions.length > 0) {
        this.#assign(operation, others, [...found, ...partitions]);
        return;
      }
      // There is no such topic yet: the whole is tried again.
      this.#operations.unshift(operation);
      if (exception === undefined) this.#rest(restAfterException);
      else this.#caught(exception);
    });
  }

  #seek({ partition, to }: Extract<ConsumerOperation, { readonly op: 'seek' }>): void {
    for (const assigned of this.#assigned([partition])) {
      if (to === 'beginning') this.#consumer.seekToBeginning(assigned);
      else if (to === 'end') this.#consumer.seekToEnd(assigned);
      else this.#consumer.seek(assigned, to);
    }
  }

  /** Of these partitions, or all partitions of these topics, those that are assigned. */
  #assigned(names: readonly string[]): readonly TopicPartition[] {
    const partitions = [...this.#consumer.subscriptions.partitions()];
    return partitions.filter(({ name, topic }) => names.includes(name) || names.includes(topic));
  }

  #close(): void {
    this.#state = 'closing';
    this.#consumer.close(() => {
      this.#state = 'closed';
      if (this.#mustExit) this.#context.exit();
    });
  }

  #caught({ name, partitions }: ConsumerException): void {
    if (name === 'WakeupException') {
      this.#free();
      return;
    }
    for (const partition of partitions) {
      this.#context.record({ kind: 'consumerError', partition, error: name });
    }
    this.#rest(restAfterException);
  }

  #rest(span: Duration): void {
    this.#isBusy = true;
    this.#sleep = this.#context.setTimer(span, this.#goOn);
  }
}
