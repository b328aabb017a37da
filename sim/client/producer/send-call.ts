import { assert } from '../../kernel/assert.ts';
import { type Context } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ProducerConfig } from '../../protocol/config/producer-config.ts';
import { errorProperties } from '../../protocol/errors.ts';
import { isException } from '../../protocol/exceptions.ts';
import { batchSizeUpperBound } from '../../protocol/record-size.ts';
import { type Fact, type PartitionName } from '../../trace.ts';
import { type Metadata } from '../metadata.ts';
import { type TopicView } from '../metadata-snapshot.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { type MemoryWaiter } from './buffer-pool.ts';
import { causedBy, className, type Thrown } from './exceptions.ts';
import { type MetadataWaits } from './metadata-waits.ts';
import { type RecordPartitioner } from './record-partitioner.ts';
import { type ProducerFacts } from './producer-facts.ts';
import { type ProducerBatch } from './producer-batch.ts';
import { type ProducerInterest } from './producer-interest.ts';
import { type ProducerRecord } from './producer-record.ts';
import { type Append, type RecordAccumulator } from './record-accumulator.ts';
import { ThreadWait } from './thread-wait.ts';
import { type TransactionOperations } from './transaction-operations.ts';

/** The call is over; `thrown` is the exception that it has thrown. */
export type CallEnded = (thrown: Thrown | undefined) => void;

export interface SendParts {
  readonly context: Context<Frame, Fact>;
  readonly config: ProducerConfig;
  readonly metadata: Metadata;
  readonly interest: ProducerInterest;
  readonly waits: MetadataWaits;
  readonly partitioner: RecordPartitioner;
  readonly accumulator: RecordAccumulator;
  /** The transaction gets the first choice of the partitioner, even if the record goes elsewhere. */
  readonly addsFirstChoice: boolean;
  /** `undefined` without idempotence. */
  readonly operations: TransactionOperations | undefined;
  readonly facts: ProducerFacts;
  readonly wakeSender: () => void;
  /** The same, if it has batches that it may not send before their partition is in the transaction. */
  readonly wakeBlockedSender: () => void;
}

/**
 * One `send`: waits for the topic's metadata, then for memory, both together for `max.block.ms` at most,
 * and leaves the record in a batch (`KafkaProducer.doSend`). What an application can only hear by the
 * record's callback is told as a fact; what `send` throws, the caller hears, too.
 */
export class SendCall implements Append, MemoryWaiter {
  readonly record: ProducerRecord;
  sizeInBytes = 0;
  timestampMs = 0;
  partition: number | undefined;
  neededBytes = 0;
  collectedBytes = 0;
  readonly #parts: SendParts;
  readonly #ended: CallEnded;
  readonly #startedMs: number;
  #view: TopicView | undefined = undefined;
  #firstChoice: TopicPartition | undefined = undefined;
  #blockMs: number;
  #thread: ThreadWait | undefined = undefined;
  #waitsFor: 'nothing' | 'metadata' | 'memory' = 'nothing';

  constructor(parts: SendParts, record: ProducerRecord, nowMs: number, ended: CallEnded) {
    this.#parts = parts;
    this.record = record;
    this.partition = record.partition;
    this.#startedMs = nowMs;
    this.#blockMs = parts.config.maxBlockMs;
    this.#ended = ended;
  }

  get view(): TopicView {
    assert(this.#view !== undefined, 'who appends knows the topic');
    return this.#view;
  }

  start(): void {
    const { metadata } = this.#parts;
    const { topic } = this.record;
    if (metadata.snapshot.content.invalidTopics.has(topic)) {
      this.#fail('InvalidTopicException');
      return;
    }
    this.#useTopic(0);
    const view = metadata.snapshot.topic(topic);
    if (this.#isKnown(view)) this.#append(view, 0);
    else this.#awaitMetadata(0);
  }

  memoryFreed(): void {
    this.#thread?.notify();
  }

  #isKnown(view: TopicView | undefined): view is TopicView {
    if (view === undefined) return false;
    return this.record.partition === undefined || this.record.partition < view.partitions.length;
  }

  #useTopic(elapsedMs: number): void {
    const { interest, metadata } = this.#parts;
    const isNew = interest.add(this.record.topic, this.#startedMs + elapsedMs);
    if (isNew) metadata.requestUpdateForNewTopics();
  }

  #awaitMetadata(elapsedMs: number): void {
    const { interest, metadata, waits, wakeSender } = this.#parts;
    this.#useTopic(elapsedMs);
    const isNew = interest.isNew(this.record.topic);
    const version = isNew ? metadata.requestUpdateForNewTopics() : metadata.requestUpdate();
    wakeSender();
    waits.add(version, this.#wait('metadata', this.#blockMs - elapsedMs));
  }

  #wait(what: 'metadata' | 'memory', timeoutMs: number): ThreadWait {
    this.#thread ??= new ThreadWait(this.#parts.context, (isTimedOut) => {
      this.#goOn(isTimedOut);
    });
    this.#waitsFor = what;
    this.#thread.begin(timeoutMs);
    return this.#thread;
  }

  #goOn(isTimedOut: boolean): void {
    if (this.#waitsFor === 'metadata') this.#afterMetadata(isTimedOut);
    else this.#afterMemory(isTimedOut);
  }

  #afterMetadata(isTimedOut: boolean): void {
    const { metadata, context, waits } = this.#parts;
    if (metadata.isClosed) {
      this.#throw('KafkaException');
      return;
    }
    const elapsedMs = context.wallClockMs() - this.#startedMs;
    if (isTimedOut || elapsedMs >= this.#blockMs) {
      if (this.#thread !== undefined) waits.remove(this.#thread);
      this.#fail(this.#timeout());
      return;
    }
    const fault = metadata.takeTopicFault(this.record.topic);
    if (fault !== undefined) {
      this.#fail(faultExceptions[fault]);
      return;
    }
    const view = metadata.snapshot.topic(this.record.topic);
    if (this.#isKnown(view)) this.#append(view, elapsedMs);
    else this.#awaitMetadata(elapsedMs);
  }

  #append(view: TopicView, elapsedMs: number): void {
    const { config, partitioner } = this.#parts;
    this.#view = view;
    this.#blockMs = Math.max(0, this.#blockMs - elapsedMs);
    this.timestampMs = this.#startedMs + elapsedMs;
    this.partition ??= partitioner.choose(this.record, view);
    this.sizeInBytes = batchSizeUpperBound(this.record);
    if (this.sizeInBytes > config.maxRequestSize || this.sizeInBytes > config.bufferMemory) {
      this.#fail('RecordTooLargeException');
      return;
    }
    this.#accumulate(this.timestampMs, false);
  }

  #accumulate(nowMs: number, hasMemory: boolean): void {
    const { accumulator, facts, operations, addsFirstChoice } = this.#parts;
    if (accumulator.isClosed) {
      if (hasMemory) accumulator.pool.deallocate(accumulator.bytesFor(this));
      this.#throw('KafkaException');
      return;
    }
    if (addsFirstChoice) this.#firstChoice ??= accumulator.choiceFor(this);
    const batch = accumulator.append(this, nowMs, hasMemory);
    if (batch === undefined) {
      this.#allocate();
      return;
    }
    if (hasMemory && batch.recordCount > 1) {
      accumulator.pool.deallocate(accumulator.bytesFor(this));
    }
    facts.accumulated(this.record, batch.partition.name);
    // What is thrown now does not take the record out of its batch, which fails, or is sent, later.
    const thrown = operations?.addPartition(this.#firstChoice ?? batch.partition);
    if (thrown === undefined) {
      this.#noteAppended(batch);
      this.#end(undefined);
    } else if (isException(className(thrown), 'ApiException')) {
      this.#fail(thrown, batch.partition.name);
    } else this.#end(thrown);
  }

  #noteAppended(batch: ProducerBatch): void {
    const { accumulator, wakeSender, wakeBlockedSender } = this.#parts;
    if (accumulator.isNewOrFull(batch)) wakeSender();
    else wakeBlockedSender();
  }

  #allocate(): void {
    const { accumulator, context } = this.#parts;
    const { pool } = accumulator;
    const bytes = accumulator.bytesFor(this);
    if (!pool.canHold(bytes)) this.#throw('IllegalArgumentException');
    else if (pool.tryAllocate(bytes)) this.#accumulate(context.wallClockMs(), true);
    else {
      this.neededBytes = bytes;
      this.#wait('memory', this.#blockMs);
      pool.wait(this);
    }
  }

  #afterMemory(isTimedOut: boolean): void {
    const { accumulator, context } = this.#parts;
    const { pool } = accumulator;
    if (pool.isClosed) {
      pool.giveUp(this);
      this.#throw('KafkaException');
    } else if (isTimedOut) {
      pool.giveUp(this);
      this.#fail('BufferExhaustedException');
    } else if (pool.collect(this)) {
      this.#accumulate(context.wallClockMs(), true);
    }
  }

  /** What the latest metadata say of the topic tells why it took too long. */
  #timeout(): Thrown {
    const error = this.#parts.interest.errorOf(this.record.topic);
    const exception = 'TimeoutException';
    if (error === undefined) return exception;
    return causedBy(exception, errorProperties(error).exception);
  }

  /** The record's callback hears of it, and so does the transaction. */
  #fail(exception: Thrown, partition: PartitionName | null = this.#partitionName): void {
    const { facts, operations } = this.#parts;
    facts.refused(this.record, partition, exception);
    this.#end(operations?.sendFailed(exception));
  }

  #throw(exception: Thrown): void {
    this.#parts.facts.refused(this.record, this.#partitionName, exception);
    this.#end(exception);
  }

  get #partitionName(): PartitionName | null {
    return this.partition === undefined ? null : `${this.record.topic}-${this.partition}`;
  }

  #end(thrown: Thrown | undefined): void {
    this.#thread?.end();
    this.#ended(thrown);
  }
}

const faultExceptions = {
  INVALID_TOPIC_EXCEPTION: 'InvalidTopicException',
  TOPIC_AUTHORIZATION_FAILED: 'TopicAuthorizationException',
} as const;
