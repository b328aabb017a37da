import { type ProducerConfig } from '../../protocol/config/producer-config.ts';
import { type ErrorName, errorProperties } from '../../protocol/errors.ts';
import { type PartitionProduceResponse } from '../../protocol/messages/produce-response.ts';
import { type Metadata } from '../metadata.ts';
import { type FailedBatches } from './failed-batches.ts';
import { type ProducerBatch } from './producer-batch.ts';
import { type ProducerFacts } from './producer-facts.ts';
import { type RecordAccumulator } from './record-accumulator.ts';
import { type SequenceTracker } from './sequence-tracker.ts';

export interface CompletionParts {
  readonly accumulator: RecordAccumulator;
  /** This and the next: `undefined` without idempotence. */
  readonly sequences: SequenceTracker | undefined;
  readonly failedBatches: FailedBatches | undefined;
  readonly metadata: Metadata;
  readonly config: ProducerConfig;
  readonly facts: ProducerFacts;
  /** A batch with a sequence that expires always leaves its partition unresolved. */
  readonly marksFirstFlight: boolean;
  /** Who flushes waits for the pieces of a batch that was split, too (KAFKA-19479). */
  readonly flushWaitsForPieces: boolean;
}

/** Decides what becomes of a batch whose attempt is over (`Sender.completeBatch`, `failBatch`). */
export class BatchCompletion {
  readonly #parts: CompletionParts;
  /** With one request in flight, a partition waits for its answer. */
  readonly #mutes: boolean;

  constructor(parts: CompletionParts) {
    this.#parts = parts;
    this.#mutes = parts.config.maxInFlightRequestsPerConnection === 1;
  }

  /** The request with the batch was answered, or lost: then `response` says what that counts as. */
  completed(batch: ProducerBatch, response: PartitionProduceResponse, nowMs: number): void {
    const { accumulator, metadata } = this.#parts;
    const error = response.errorCode;
    batch.isInFlight = false;
    if (!errorProperties(error).definite) batch.mayBeAppended = true;
    if (error === 'NONE') this.#succeed(batch, response.baseOffset);
    else if (error === 'MESSAGE_TOO_LARGE' && batch.recordCount > 1 && !batch.isDone) {
      this.#split(batch);
    } else {
      this.#refused(batch, response, nowMs);
      if (errorProperties(error).refreshesMetadata) metadata.requestUpdate();
    }
    if (this.#mutes) accumulator.unmute(accumulator.queueOf(batch.partition));
  }

  /** The batch's `delivery.timeout.ms` is over. */
  expired(batch: ProducerBatch, isQueued: boolean): void {
    const { sequences, marksFirstFlight } = this.#parts;
    this.#fail(batch, () => 'TimeoutException', false, isQueued);
    if (batch.isRetry || (marksFirstFlight && batch.hasSequence)) {
      sequences?.markUnresolved(batch);
    }
  }

  /** Gives up all that is not over (`RecordAccumulator.abortBatches`). */
  abortAll(exception: string): void {
    for (const batch of this.#parts.accumulator.incomplete.all()) this.#abort(batch, exception);
  }

  /** Gives up what an idempotent producer has never sent (`RecordAccumulator.abortUndrainedBatches`). */
  abortUndrained(exception: string): void {
    for (const batch of this.#parts.accumulator.incomplete.all()) {
      if (!batch.hasSequence) this.#abort(batch, exception);
    }
  }

  #abort(batch: ProducerBatch, exception: string): void {
    const { accumulator, facts } = this.#parts;
    accumulator.unqueue(batch);
    accumulator.queueOf(batch.partition).removeSent(batch);
    batch.state = 'aborted';
    facts.failed(batch, () => exception);
    accumulator.complete(batch);
    if (!batch.isInFlight) accumulator.deallocate(batch);
    batch.tellWaiters();
  }

  #succeed(batch: ProducerBatch, baseOffset: number): void {
    const { accumulator, sequences, facts } = this.#parts;
    sequences?.acked(batch, baseOffset);
    if (!batch.isDone) {
      batch.state = 'succeeded';
      facts.acked(batch, baseOffset);
      this.#over(batch);
    }
    accumulator.deallocate(batch);
  }

  #refused(batch: ProducerBatch, response: PartitionProduceResponse, nowMs: number): void {
    const { accumulator, config } = this.#parts;
    if (this.#canRetry(batch, response, nowMs)) {
      accumulator.reenqueue(batch, nowMs);
      accumulator.queueOf(batch.partition).removeSent(batch);
    } else if (response.errorCode === 'DUPLICATE_SEQUENCE_NUMBER') {
      // The broker has it, and has forgotten where.
      this.#succeed(batch, -1);
    } else {
      // With retries exhausted nobody knows whether its sequences were used, so that they stay.
      const adjustsSequences = batch.attempts < config.retries;
      this.#fail(batch, exceptionsOf(response), adjustsSequences, true);
    }
  }

  #canRetry(batch: ProducerBatch, response: PartitionProduceResponse, nowMs: number): boolean {
    const { failedBatches, config } = this.#parts;
    if (batch.hasReachedDeliveryTimeout(config.deliveryTimeoutMs, nowMs)) return false;
    if (batch.attempts >= config.retries || batch.isDone) return false;
    if (failedBatches !== undefined) return failedBatches.canRetry(batch, response);
    return errorProperties(response.errorCode).retriable;
  }

  #fail(
    batch: ProducerBatch,
    exceptionOf: (index: number) => string,
    adjustsSequences: boolean,
    isMemoryFree: boolean,
  ): void {
    const { accumulator, failedBatches, facts } = this.#parts;
    if (!batch.isDone) {
      batch.state = 'failed';
      facts.failed(batch, exceptionOf);
      failedBatches?.failed(batch, exceptionOf(-1), adjustsSequences);
      this.#over(batch);
    }
    // The network layer may still hold a batch that has expired (KAFKA-19012).
    if (isMemoryFree) accumulator.deallocate(batch);
  }

  #split(batch: ProducerBatch): void {
    const { accumulator, sequences, flushWaitsForPieces } = this.#parts;
    sequences?.removeInFlight(batch);
    const pieces = accumulator.split(batch);
    let sequence = batch.baseSequence;
    for (const piece of pieces) {
      if (batch.hasSequence) piece.setProducer(batch.producer, sequence, batch.isTransactional);
      piece.txnUid = batch.txnUid;
      sequence += piece.recordCount;
      piece.mayBeAppended = batch.mayBeAppended;
      if (flushWaitsForPieces) for (const waiter of batch.waiters) piece.addWaiter(waiter);
    }
    for (const piece of pieces.toReversed()) {
      sequences?.of(piece.partition.name).addInFlight(piece);
      accumulator.enqueuePiece(piece);
    }
    this.#over(batch);
    accumulator.deallocate(batch);
  }

  #over(batch: ProducerBatch): void {
    const { accumulator } = this.#parts;
    accumulator.queueOf(batch.partition).removeSent(batch);
    accumulator.complete(batch);
    batch.tellWaiters();
  }
}

/** What each record of a refused batch fails with; -1: the batch as a whole (`Sender.failBatch`). */
function exceptionsOf({
  errorCode,
  recordErrors,
}: PartitionProduceResponse): (index: number) => string {
  const { exception } = errorProperties(errorCode);
  if (recordErrors.length === 0) return () => exception;
  const wrong = new Set(recordErrors.map(({ batchIndex }) => batchIndex));
  const ofWrong = recordErrors.length === 1 ? exception : 'InvalidRecordException';
  return (index) => {
    if (index < 0) return exception;
    return wrong.has(index) ? ofWrong : 'KafkaException';
  };
}

/** What a request without an answer counts as for each of its batches. */
export function unanswered(errorCode: ErrorName): PartitionProduceResponse {
  return {
    index: -1,
    errorCode,
    baseOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset: -1,
    recordErrors: [],
    errorMessage: null,
    currentLeader: { leaderId: -1, leaderEpoch: -1 },
  };
}
