import { present } from '../../kernel/assert.ts';
import { type Random } from '../../kernel/random.ts';
import { BatchBuilder } from '../../protocol/batch-builder.ts';
import { CompressionRatioEstimator } from '../../protocol/compression-ratio.ts';
import { type ProducerConfig } from '../../protocol/config/producer-config.ts';
import { batchSizeUpperBound } from '../../protocol/record-size.ts';
import { clientBackoff, ExponentialBackoff } from '../exponential-backoff.ts';
import { type MetadataSnapshot, type TopicView } from '../metadata-snapshot.ts';
import { topicPartition, type TopicPartition } from '../topic-partition.ts';
import { BufferPool } from './buffer-pool.ts';
import { IncompleteBatches } from './incomplete-batches.ts';
import { LeaderBacklogs } from './leader-backlogs.ts';
import { NodeLatencies } from './node-latencies.ts';
import { type PartitionQueue } from './partition-queue.ts';
import { type BatchWaiter, ProducerBatch } from './producer-batch.ts';
import { type ProducerRecord } from './producer-record.ts';
import { TopicQueues } from './topic-queues.ts';

/** A record on its way into a batch. */
export interface Append {
  readonly record: ProducerRecord;
  readonly view: TopicView;
  /** `undefined`: any partition will do. */
  readonly partition: number | undefined;
  readonly timestampMs: number;
  /** At most so many bytes would a batch with only this record have. */
  readonly sizeInBytes: number;
}

/** Collects records into batches, and keeps the batches until they are sent (`RecordAccumulator`). */
export class RecordAccumulator {
  readonly pool: BufferPool;
  readonly incomplete = new IncompleteBatches();
  readonly backlogs: LeaderBacklogs;
  readonly latencies: NodeLatencies;
  readonly #config: ProducerConfig;
  readonly #random: Random;
  readonly #ratios = new CompressionRatioEstimator();
  readonly #topics = new Map<string, TopicQueues>();
  /** Queues whose length has changed since the sender looked. */
  #resized: PartitionQueue[] = [];
  #flushes = 0;
  #isClosed = false;

  constructor(config: ProducerConfig, retryJitter: Random, partitionChoice: Random) {
    const { retryBackoffMs: initialMs, retryBackoffMaxMs: maxMs, lingerMs } = config;
    const retryBackoff = new ExponentialBackoff(
      { initialMs, maxMs, ...clientBackoff },
      retryJitter,
    );
    this.#config = config;
    this.#random = partitionChoice;
    this.pool = new BufferPool(config.bufferMemory, config.batchSize);
    this.backlogs = new LeaderBacklogs({ lingerMs, retryBackoff });
    this.latencies = new NodeLatencies(config.partitionerAvailabilityTimeoutMs);
  }

  // What applications do.

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** No records are taken any more, and nothing lingers. */
  close(): void {
    this.#isClosed = true;
    this.pool.close();
  }

  /** How much memory a new batch for the record takes. */
  bytesFor({ sizeInBytes }: Append): number {
    return Math.max(this.#config.batchSize, sizeInBytes);
  }

  /**
   * Puts the record into the last batch of its partition, or, with `hasMemory`, into a new one.
   * @returns The batch; `undefined` if memory is needed first.
   */
  append(append: Append, nowMs: number, hasMemory: boolean): ProducerBatch | undefined {
    const topic = this.#topicOf(append.record.topic);
    if (append.partition !== undefined) {
      const queue = topic.get(append.partition) ?? this.#createQueue(topic, append.partition);
      return this.#appendTo(queue, append, nowMs, hasMemory);
    }
    const { partitioner } = topic;
    for (;;) {
      const sticky = partitioner.current(append.view);
      const queue = topic.get(sticky.partition) ?? this.#createQueue(topic, sticky.partition);
      // A switch that was put off until the last batch is full.
      if (queue.areAllFull) partitioner.produced(sticky, 0, true, append.view);
      if (!partitioner.isCurrent(sticky)) continue;
      const bytesBefore = queue.last?.estimatedSizeInBytes ?? 0;
      const batch = this.#appendTo(queue, append, nowMs, hasMemory);
      if (batch === undefined) return undefined;
      const isNew = batch.recordCount === 1;
      const bytes = batch.estimatedSizeInBytes - (isNew ? 0 : bytesBefore);
      partitioner.produced(sticky, bytes, queue.areAllFull, append.view);
      return batch;
    }
  }

  /** The partition that the record would go to if no other were chosen meanwhile. */
  choiceFor({ record, partition, view }: Append): TopicPartition {
    const { topic } = record;
    const chosen = partition ?? this.#topicOf(topic).partitioner.current(view).partition;
    return topicPartition(topic, chosen);
  }

  /** Whether the sender should know at once that the batch was appended to. */
  isNewOrFull(batch: ProducerBatch): boolean {
    return batch.recordCount === 1 || this.queueOf(batch.partition).hasFullBatch;
  }

  /** Nothing lingers until `endFlush`; the waiter hears of all batches that are not over. */
  beginFlush(waiter: BatchWaiter): void {
    this.#flushes += 1;
    for (const batch of this.incomplete.all()) batch.addWaiter(waiter);
  }

  endFlush(): void {
    this.#flushes -= 1;
  }

  // What the sender does.

  /**
   * Finds out which leaders can be sent to: see `backlogs.ready` and `backlogs.nextLookMs`.
   * `isCompleting`: the transaction ends as soon as all is sent, so that nothing lingers.
   */
  look(snapshot: MetadataSnapshot, nowMs: number, isCompleting: boolean): void {
    this.backlogs.follow(snapshot, this.#topics);
    this.latencies.look();
    if (this.#resized.length > 0) this.#learnLengths();
    this.backlogs.look(nowMs, isCompleting || this.#isHurried);
  }

  get hasUndrained(): boolean {
    for (const queue of this.queues()) if (queue.first !== undefined) return true;
    return false;
  }

  /** The queue of a partition that a record was sent to. */
  queueOf({ topic, partition }: TopicPartition): PartitionQueue {
    return present(this.#topics.get(topic)?.get(partition), 'queue of a known partition');
  }

  /** Takes the first batch out of its queue to send it; it has its sequence. */
  takeFirst(queue: PartitionQueue): ProducerBatch {
    const batch = present(queue.batches.shift(), 'first batch');
    this.#queueChanged(queue);
    this.#close(batch);
    return batch;
  }

  mute(queue: PartitionQueue): void {
    queue.isMuted = true;
    queue.leader?.queueChanged(queue);
  }

  unmute(queue: PartitionQueue): void {
    if (!queue.isMuted) return;
    queue.isMuted = false;
    queue.leader?.queueChanged(queue);
  }

  /** Puts back a batch that is to be sent again. */
  reenqueue(batch: ProducerBatch, nowMs: number): void {
    batch.reenqueued(nowMs);
    this.#putBack(batch);
  }

  /**
   * Puts smaller batches in the place of one that was too large for the broker: as large as `batch.size`,
   * and the next time half as large. They keep its sequences and its age.
   */
  split(batch: ProducerBatch): readonly ProducerBatch[] {
    const { compressionType } = this.#config;
    const ratio = Math.max(1, batch.compressionRatio);
    this.#ratios.set(batch.partition.topic, compressionType, ratio);
    const half = Math.trunc(batch.estimatedSizeInBytes / 2);
    const size = batch.isSplit ? Math.max(batch.maxRecordSize, half) : this.#config.batchSize;
    return this.#pieces(batch, size);
  }

  /** Puts a piece of a split batch into its queue. */
  enqueuePiece(piece: ProducerBatch): void {
    this.incomplete.add(piece);
    this.#putBack(piece);
  }

  /** Drops a batch that is over from its queue. */
  unqueue(batch: ProducerBatch): void {
    const queue = this.queueOf(batch.partition);
    batch.closeForAppends();
    queue.remove(batch);
    this.#queueChanged(queue);
  }

  /** The batch is over; its memory may be in use for longer. */
  complete(batch: ProducerBatch): void {
    this.incomplete.remove(batch);
  }

  /** Gives the batch's memory back, once. */
  deallocate(batch: ProducerBatch): void {
    if (batch.isSplit || batch.isDeallocated) return;
    batch.isDeallocated = true;
    this.pool.deallocate(batch.allocatedBytes);
  }

  /** All queues that there are. */
  *queues(): Iterable<PartitionQueue> {
    for (const topic of this.#topics.values()) yield* topic.all();
  }

  get #isHurried(): boolean {
    return this.#flushes > 0 || this.#isClosed || this.pool.hasWaiters;
  }

  #topicOf(name: string): TopicQueues {
    const known = this.#topics.get(name);
    if (known !== undefined) return known;
    const { batchSize, partitionerAdaptivePartitioningEnable: isAdaptive } = this.#config;
    const { latencies } = this;
    const options = { batchSize, isAdaptive, latencies, random: this.#random };
    const made = new TopicQueues(name, options);
    this.#topics.set(name, made);
    return made;
  }

  #createQueue(topic: TopicQueues, partition: number): PartitionQueue {
    const queue = topic.create(partition);
    this.backlogs.add(queue);
    this.#noteLength(queue);
    return queue;
  }

  #appendTo(
    queue: PartitionQueue,
    append: Append,
    nowMs: number,
    hasMemory: boolean,
  ): ProducerBatch | undefined {
    const { record, timestampMs } = append;
    const { last } = queue;
    if (last !== undefined) {
      const wasFull = last.isFull;
      const isAppended = last.tryAppend(timestampMs, record, record.recordId, nowMs);
      if (!isAppended) last.closeForAppends();
      if (last.isFull !== wasFull) queue.leader?.queueChanged(queue);
      if (isAppended) return last;
    }
    if (!hasMemory) return undefined;
    const builder = this.#builder(queue.partition.topic, this.bytesFor(append));
    const batch = new ProducerBatch(queue.partition, builder, nowMs, false);
    batch.tryAppend(timestampMs, record, record.recordId, nowMs);
    queue.batches.push(batch);
    this.incomplete.add(batch);
    this.#queueChanged(queue);
    return batch;
  }

  #builder(topic: string, writeLimitBytes: number): BatchBuilder {
    const { compressionType } = this.#config;
    const estimatedRatio = this.#ratios.estimation(topic, compressionType);
    return new BatchBuilder({ writeLimitBytes, compressionType, estimatedRatio });
  }

  #close(batch: ProducerBatch): void {
    batch.close();
    const { compressionType } = this.#config;
    if (compressionType === 'none') return;
    this.#ratios.update(batch.partition.topic, compressionType, batch.compressionRatio);
  }

  #pieces(batch: ProducerBatch, sizeInBytes: number): readonly ProducerBatch[] {
    const { partition, createdMs } = batch;
    const pieces: ProducerBatch[] = [];
    for (const record of batch.records) {
      const { timestampMs, recordId } = record;
      if (pieces.at(-1)?.tryAppend(timestampMs, record, recordId, createdMs) === true) continue;
      const writeLimit = Math.max(sizeInBytes, batchSizeUpperBound(record));
      const builder = this.#builder(partition.topic, writeLimit);
      const piece = new ProducerBatch(partition, builder, createdMs, true);
      piece.tryAppend(timestampMs, record, recordId, createdMs);
      pieces.push(piece);
    }
    for (const piece of pieces) piece.closeForAppends();
    return pieces;
  }

  /** A batch that was drained before goes to the front, or, with a sequence, to its place. */
  #putBack(batch: ProducerBatch): void {
    const queue = this.queueOf(batch.partition);
    if (batch.hasSequence) queue.insertInSequence(batch);
    else queue.batches.unshift(batch);
    this.#queueChanged(queue);
  }

  #queueChanged(queue: PartitionQueue): void {
    queue.leader?.queueChanged(queue);
    this.#noteLength(queue);
  }

  #learnLengths(): void {
    for (const queue of this.#resized) {
      queue.isLengthNews = false;
      queue.knownLength = queue.batches.length;
    }
    this.#resized = [];
  }

  #noteLength(queue: PartitionQueue): void {
    if (queue.isLengthNews) return;
    queue.isLengthNews = true;
    this.#resized.push(queue);
  }
}
