import {
  type BatchBuilder,
  type BatchProducer,
  compressionRatioOf,
  noProducer,
  withProducer,
} from '../../protocol/batch-builder.ts';
import {
  type LogRecord,
  noTxnUid,
  type RecordBatch,
  type TxnUid,
} from '../../protocol/record-batch.ts';
import { batchSizeUpperBound, type RecordContent } from '../../protocol/record-size.ts';
import { type Uuid, zeroUuid } from '../../protocol/uuid.ts';
import { type TopicPartition } from '../topic-partition.ts';

/** Whose sequences a batch carries. */
export interface ProducerIdAndEpoch {
  /** -1 while there is none. */
  readonly producerId: number;
  readonly epoch: number;
}

export const noProducerId: ProducerIdAndEpoch = { producerId: -1, epoch: -1 };

export function isSameProducer(one: ProducerIdAndEpoch, other: ProducerIdAndEpoch): boolean {
  return one.producerId === other.producerId && one.epoch === other.epoch;
}

/** Who waits until a batch is over (`ProduceRequestResult`). */
export interface BatchWaiter {
  readonly batchBegun: () => void;
  readonly batchEnded: () => void;
}

/** One batch of a partition, from its first record to its end (`ProducerBatch`). Times are wall clock ms. */
export class ProducerBatch {
  readonly partition: TopicPartition;
  readonly builder: BatchBuilder;
  readonly createdMs: number;
  /** A piece of a batch that was too large: its memory is not that of the pool. */
  readonly isSplit: boolean;
  /** The size of the largest record as a batch of its own, at most. */
  maxRecordSize = 0;

  attempts = 0;
  /** It has been sent, and was put back into its queue. */
  isRetry = false;
  /** The network layer has it: its request is neither answered nor given up. */
  isInFlight = false;
  /** An attempt may have been appended, for all that the client knows. */
  mayBeAppended = false;
  state: 'open' | 'aborted' | 'failed' | 'succeeded' = 'open';
  isDeallocated = false;
  /** Of the request that it was last sent in. */
  topicId: Uuid = zeroUuid;

  producer: ProducerIdAndEpoch = noProducerId;
  /** -1 until it is drained by an idempotent producer. */
  baseSequence = -1;
  isTransactional = false;
  /** Ghost. */
  txnUid: TxnUid = noTxnUid;
  /** It got other sequences since it was last sent. */
  sequenceWasReset = false;

  /** Neighbours in the list of incomplete batches. */
  older: ProducerBatch | undefined = undefined;
  newer: ProducerBatch | undefined = undefined;

  #lastAttemptMs: number;
  #lastAppendMs: number;
  #isClosedForAppends = false;
  #built: RecordBatch | undefined = undefined;
  #leaderEpoch = -1;
  #attemptsAtNewLeader = 0;
  #waiters: BatchWaiter[] = [];

  constructor(
    partition: TopicPartition,
    builder: BatchBuilder,
    createdMs: number,
    isSplit: boolean,
  ) {
    this.partition = partition;
    this.builder = builder;
    this.createdMs = createdMs;
    this.isSplit = isSplit;
    this.#lastAttemptMs = createdMs;
    this.#lastAppendMs = createdMs;
  }

  get records(): readonly LogRecord[] {
    return this.builder.records;
  }

  get recordCount(): number {
    return this.builder.records.length;
  }

  get isDone(): boolean {
    return this.state !== 'open';
  }

  get isFull(): boolean {
    return this.#isClosedForAppends || this.builder.isFull;
  }

  /** The bytes that the pool has given for it. */
  get allocatedBytes(): number {
    return this.builder.writeLimitBytes;
  }

  get estimatedSizeInBytes(): number {
    return this.#built?.sizeInBytes ?? this.builder.estimatedSizeInBytes;
  }

  get hasSequence(): boolean {
    return this.baseSequence >= 0;
  }

  /** Becomes negative, as in Kafka, where the sequences wrap within the batch. */
  get lastSequence(): number {
    return (this.baseSequence + this.recordCount - 1) | 0;
  }

  /** @returns Whether there was room. */
  tryAppend(timestampMs: number, content: RecordContent, recordId: number, nowMs: number): boolean {
    if (this.#isClosedForAppends || !this.builder.hasRoomFor(timestampMs, content)) return false;
    this.builder.append(timestampMs, content, recordId);
    const size = batchSizeUpperBound(content);
    if (size > this.maxRecordSize) this.maxRecordSize = size;
    this.#lastAppendMs = nowMs;
    return true;
  }

  closeForAppends(): void {
    this.#isClosedForAppends = true;
  }

  /** No more records; it is about to be sent. */
  close(): void {
    this.#isClosedForAppends = true;
    this.sequenceWasReset = false;
  }

  get compressionRatio(): number {
    return compressionRatioOf(this.batch);
  }

  get batch(): RecordBatch {
    this.#built ??= this.hasSequence ? this.#build() : this.builder.build(noProducer);
    return this.#built;
  }

  setProducer(producer: ProducerIdAndEpoch, baseSequence: number, isTransactional: boolean): void {
    this.producer = producer;
    this.baseSequence = baseSequence;
    this.isTransactional = isTransactional;
  }

  /** Gives it another identity: the same records may then be appended once more. */
  resetProducer(producer: ProducerIdAndEpoch, baseSequence: number): void {
    this.setProducer(producer, baseSequence, this.isTransactional);
    this.sequenceWasReset = true;
    if (this.#built !== undefined) this.#built = withProducer(this.#built, this.#batchProducer);
  }

  /** Back in its queue after a failed attempt. */
  reenqueued(nowMs: number): void {
    this.attempts += 1;
    this.#lastAttemptMs = Math.max(this.#lastAppendMs, nowMs);
    this.#lastAppendMs = this.#lastAttemptMs;
    this.isRetry = true;
  }

  /** Since when it waits for `linger.ms`, or for its backoff. */
  get waitsSinceMs(): number {
    return this.#lastAttemptMs;
  }

  hasReachedDeliveryTimeout(deliveryTimeoutMs: number, nowMs: number): boolean {
    return deliveryTimeoutMs <= nowMs - this.createdMs;
  }

  /** Notes the newest leader epoch of the partition, -1 if it is not known. */
  noteLeaderEpoch(leaderEpoch: number): void {
    if (leaderEpoch <= this.#leaderEpoch) return;
    this.#attemptsAtNewLeader = this.attempts;
    this.#leaderEpoch = leaderEpoch;
  }

  /** There is a newer leader than at the last attempt, so that a retry need not wait (KIP-951). */
  get hasNewLeader(): boolean {
    return this.attempts > 0 && this.attempts === this.#attemptsAtNewLeader;
  }

  get waiters(): readonly BatchWaiter[] {
    return this.#waiters;
  }

  addWaiter(waiter: BatchWaiter): void {
    this.#waiters.push(waiter);
    waiter.batchBegun();
  }

  /** It is over for those who wait for it. */
  tellWaiters(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.batchEnded();
  }

  get #batchProducer(): BatchProducer {
    const { producer, baseSequence, isTransactional, txnUid } = this;
    const { producerId, epoch: producerEpoch } = producer;
    return { producerId, producerEpoch, baseSequence, isTransactional, txnUid };
  }

  #build(): RecordBatch {
    return this.builder.build(this.#batchProducer);
  }
}
