import { present } from '../../kernel/assert.ts';
import { epochStartMs } from '../../kernel/clock.ts';
import { type Connection, type Context, type Process } from '../../kernel/process.ts';
import { type Duration, milliseconds } from '../../kernel/time.ts';
import { type ConsumerOperation } from '../../plan.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';
import { type ConsumerClient } from '../consumer/consumer-client.ts';
import { type PartitionsOutcome } from '../consumer/partitions-call.ts';
import { parseTopicPartition, type TopicPartition } from '../topic-partition.ts';
import { ApplicationSleep } from './application-sleep.ts';
import { ApplicationThread } from './application-thread.ts';
import { ConsumerCalls } from './consumer-calls.ts';
import { openOperations } from './open-operations.ts';
import { type Output } from './output.ts';
import { type ProcessingModel } from './processing-model.ts';
import { RecordProcessing } from './record-processing.ts';
import { ClientException, outcomeOf, type Steps } from './steps.ts';

/** How long the application rests when a call has thrown. */
const restAfterException: Duration = milliseconds(1_000);

export interface ApplicationOptions {
  readonly model: ProcessingModel;
  /** How long it works on what a poll has returned. */
  readonly processingMs: number;
  readonly workload: readonly ConsumerOperation[];
}

/** What the application's thread does itself. */
type ThreadOperation = Exclude<ConsumerOperation, { readonly op: 'wakeup' }>;

function isOfItsThread(operation: ConsumerOperation): operation is ThreadOperation {
  return operation.op !== 'wakeup';
}

/** The clients of the application, and what hears of their connections. */
export interface ApplicationClients {
  readonly consumer: ConsumerClient;
  readonly output: Output | undefined;
  readonly connections: Omit<Process<Frame>, 'stopRequested'>;
}

/**
 * The program around a consumer: its thread polls for ever, works on what it gets as its processing
 * model says, and between two polls does the operations of its workload whose time has come. If a call
 * throws, it rests for a second and goes on. Asked to stop, it wakes the consumer up and closes it.
 */
export class ConsumerApplication implements Process<Frame> {
  readonly #context: Context<Frame, Fact>;
  readonly #connections: Omit<Process<Frame>, 'stopRequested'>;
  readonly #consumer: ConsumerClient;
  readonly #calls: ConsumerCalls;
  readonly #output: Output | undefined;
  readonly #model: ProcessingModel;
  readonly #processing: RecordProcessing;
  /** Still to come, the next one first. */
  readonly #operations: ThreadOperation[];
  readonly #sleep: ApplicationSleep;
  /** The thread has nothing to do before the next operation, if there is one. */
  #isIdle = false;
  #isSubscribed = false;
  #state: 'open' | 'stopping' | 'closed' = 'open';
  /** Someone has asked the process to stop. */
  #mustExit = false;

  constructor(
    context: Context<Frame, Fact>,
    { consumer, output, connections }: ApplicationClients,
    { model, processingMs, workload }: ApplicationOptions,
  ) {
    this.#context = context;
    this.#connections = connections;
    this.#consumer = consumer;
    this.#calls = new ConsumerCalls(consumer, (fact) => {
      context.record(fact);
    });
    this.#output = output;
    this.#model = model;
    this.#processing = new RecordProcessing(context, this.#calls, output, processingMs);
    const open = openOperations(workload, context.monotonic() / 1_000);
    this.#operations = open.filter(isOfItsThread);
    this.#setWakeups(open);
    this.#sleep = new ApplicationSleep(context);
    const thread = new ApplicationThread(this.#live());
    context.setTimer(0, { taskName: 'application', run: thread.run });
  }

  connected(connection: Connection): void {
    this.#connections.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#connections.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#connections.disconnected(connection);
  }

  stopRequested(): void {
    if (this.#state === 'closed') this.#context.exit();
    this.#mustExit = true;
    if (this.#state !== 'open') return;
    this.#state = 'stopping';
    this.#consumer.wakeUp();
    if (this.#isIdle) this.#sleep.wakeUp();
  }

  *#live(): Steps<void> {
    while (this.#state === 'open') {
      try {
        const operation = this.#takeDue();
        if (operation === undefined) yield* this.#poll();
        else yield* this.#do(operation);
      } catch (thrown) {
        if (!(thrown instanceof ClientException)) throw thrown;
        yield* this.#caught(thrown);
      }
    }
    yield* this.#close();
  }

  /** What another thread does, whatever this one waits for. */
  #setWakeups(operations: readonly ConsumerOperation[]): void {
    const run = (): void => {
      if (this.#state === 'open') this.#consumer.wakeUp();
    };
    for (const { op, atMs } of operations) {
      if (op !== 'wakeup') continue;
      const after = milliseconds(atMs) - this.#context.monotonic();
      this.#context.setTimer(after, { taskName: 'wakeup', run });
    }
  }

  #takeDue(): ThreadOperation | undefined {
    const next = this.#operations[0];
    if (next === undefined || milliseconds(next.atMs) > this.#context.monotonic()) return undefined;
    return this.#operations.shift();
  }

  /** Polls until the next operation is due; without partitions there is nothing to poll. */
  *#poll(): Steps<void> {
    const next = this.#operations[0];
    const left =
      next === undefined ? Infinity : milliseconds(next.atMs) - this.#context.monotonic();
    if (!this.#isSubscribed && this.#consumer.subscriptions.isEmpty) {
      this.#isIdle = true;
      yield this.#sleep.for(left);
      this.#isIdle = false;
      return;
    }
    const polled = yield* this.#calls.poll(Math.ceil(left / 1_000));
    if (polled.length > 0) yield* this.#model(polled, this.#processing);
  }

  *#do(operation: ThreadOperation): Steps<void> {
    switch (operation.op) {
      case 'subscribe':
        this.#subscribe(operation);
        return;
      case 'enforceRebalance':
        this.#calls.enforceRebalance(operation.reason);
        return;
      case 'unsubscribe':
        this.#isSubscribed = false;
        yield* this.#calls.unsubscribe();
        return;
      case 'assign':
        yield* this.#assign(operation);
        return;
      case 'endOffsets':
        yield* this.#calls.endOffsets(this.#assigned(operation.partitions));
        return;
      case 'close':
        this.#state = 'stopping';
        return;
      case 'seek':
        yield* this.#seek(operation);
        return;
      case 'pause':
        this.#calls.pause(this.#named(operation.partitions));
        return;
      case 'resume':
        this.#calls.resume(this.#named(operation.partitions));
        return;
    }
  }

  #subscribe(operation: Extract<ConsumerOperation, { readonly op: 'subscribe' }>): void {
    if ('topics' in operation) this.#consumer.subscribe(operation.topics);
    else {
      const { pattern: text, matchedBy } = operation;
      this.#consumer.subscribeToPattern({ text, matchedBy });
    }
    this.#isSubscribed = true;
  }

  /** Finds the partitions of the topics, one after the other, and then assigns all. */
  *#assign(operation: Extract<ConsumerOperation, { readonly op: 'assign' }>): Steps<void> {
    const found: TopicPartition[] = [];
    for (const name of operation.partitions) {
      const partition = parseTopicPartition(name);
      if (partition !== undefined) {
        found.push(partition);
        continue;
      }
      const { partitions, exception } = yield* outcomeOf<PartitionsOutcome>((ended) => {
        this.#consumer.partitionsFor(name, ended);
      });
      found.push(...partitions);
      if (partitions.length > 0) continue;
      // There is no such topic yet: the whole is tried again.
      this.#operations.unshift(operation);
      if (exception !== undefined) throw new ClientException(exception.name, exception.partitions);
      yield this.#sleep.for(restAfterException);
      return;
    }
    this.#calls.assign(found);
  }

  *#seek(operation: Extract<ConsumerOperation, { readonly op: 'seek' }>): Steps<void> {
    const { partition: name, to } = operation;
    const partition = present(parseTopicPartition(name), `the partition that ${name} names`);
    if (to === 'beginning') this.#calls.seekToBeginning(partition);
    else if (to === 'end') this.#calls.seekToEnd(partition);
    else if (typeof to === 'number') this.#calls.seek(partition, to);
    else {
      const found = yield* this.#calls.offsetsForTimes([partition], epochStartMs + to.timeMs);
      const record = found.get(name);
      if (record === undefined) this.#calls.seekToEnd(partition);
      else this.#calls.seek(partition, record.offset);
    }
  }

  /** These partitions, whether or not they are assigned, and what is assigned of these topics. */
  #named(names: readonly string[]): readonly TopicPartition[] {
    return names.flatMap((name) => {
      const assigned = this.#assigned([name]);
      return assigned.length > 0 ? assigned : (parseTopicPartition(name) ?? []);
    });
  }

  /** Of these partitions, or all partitions of these topics, those that are assigned. */
  #assigned(names: readonly string[]): readonly TopicPartition[] {
    const partitions = [...this.#consumer.subscriptions.partitions()];
    return partitions.filter(({ name, topic }) => names.includes(name) || names.includes(topic));
  }

  *#close(): Steps<void> {
    yield* outcomeOf<unknown>((ended) => {
      this.#consumer.close(ended);
    });
    if (this.#output !== undefined) yield* this.#output.close();
    this.#state = 'closed';
    if (this.#mustExit) this.#context.exit();
  }

  *#caught({ name, partitions }: ClientException): Steps<void> {
    if (name === 'WakeupException') return;
    for (const partition of partitions) {
      this.#context.record({ kind: 'consumerError', partition, error: name });
    }
    yield this.#sleep.for(restAfterException);
  }
}
