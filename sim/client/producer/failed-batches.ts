import { errorProperties } from '../../protocol/errors.ts';
import { type ExceptionName } from '../../protocol/exceptions.ts';
import { type PartitionProduceResponse } from '../../protocol/messages/produce-response.ts';
import { type Thrown } from './exceptions.ts';
import { type ProducerBatch } from './producer-batch.ts';
import { type TransactionManager } from './transaction-manager.ts';

export interface FailedBatchRules {
  /** OUT_OF_ORDER_SEQUENCE_NUMBER always bumps the epoch, whichever batch it is. */
  readonly bumpOnOoosAlways: boolean;
}

/** Decides what becomes of sequences and transaction when a batch fails (`TransactionManager`). */
export class FailedBatches {
  readonly #manager: TransactionManager;
  readonly #rules: FailedBatchRules;

  constructor(manager: TransactionManager, rules: FailedBatchRules) {
    this.#manager = manager;
    this.#rules = rules;
  }

  /** Whether a batch that was answered with an error may be sent again; requests a bump if it needs one. */
  canRetry(batch: ProducerBatch, response: PartitionProduceResponse): boolean {
    switch (response.errorCode) {
      case 'UNKNOWN_PRODUCER_ID':
        return this.#canRetryUnknown(batch, response.logStartOffset);
      case 'OUT_OF_ORDER_SEQUENCE_NUMBER':
        return this.#canRetryOutOfOrder(batch);
      default:
        return errorProperties(response.errorCode).retriable;
    }
  }

  /** A batch is over without success. `adjustsSequences`: what follows it has to be renumbered. */
  failed(batch: ProducerBatch, exception: Thrown, adjustsSequences: boolean): void {
    const { sequences, isTransactional } = this.#manager;
    // What cannot be is thrown, and then the batch stays in flight.
    if (this.#manager.recordFailed(exception, 'sender') !== undefined) return;
    sequences.removeInFlight(batch);
    if (this.#manager.hasFatalError) return;
    if (isGap(exception) && !isTransactional) this.#requestBump(batch);
    else if (exception === 'UnknownProducerIdException') sequences.forget(batch.partition.name);
    else if (adjustsSequences && isTransactional) sequences.closeGap(batch);
    else if (adjustsSequences) this.#requestBump(batch);
  }

  /** Only brokers before 2.5 say so. `logStartOffset` -1: they could not tell where the log begins. */
  #canRetryUnknown(batch: ProducerBatch, logStartOffset: number): boolean {
    const { sequences, isTransactional } = this.#manager;
    if (logStartOffset === -1 || batch.sequenceWasReset) return true;
    if (!isTransactional) this.#requestBump(batch);
    else if (sequences.of(batch.partition.name).lastAckedOffset < logStartOffset) {
      sequences.restart(batch.partition.name);
    } else return false;
    return true;
  }

  #canRetryOutOfOrder(batch: ProducerBatch): boolean {
    const { isTransactional } = this.#manager;
    if (!isTransactional) {
      if (this.#rules.bumpOnOoosAlways || this.#isBehindGap(batch)) this.#requestBump(batch);
      return true;
    }
    const { sequences } = this.#manager;
    const { name } = batch.partition;
    if (sequences.isUnresolved(name)) return false;
    return batch.sequenceWasReset || !sequences.of(name).isNext(batch.baseSequence);
  }

  /**
   * The broker lacks something before this batch that will never come: it is the next to be acknowledged,
   * or follows at once on one that was given up.
   */
  #isBehindGap(batch: ProducerBatch): boolean {
    const { sequences } = this.#manager;
    const { name } = batch.partition;
    if (sequences.isUnresolved(name)) return sequences.followsUnresolved(batch);
    return !batch.sequenceWasReset && sequences.of(name).isNext(batch.baseSequence);
  }

  #requestBump(batch: ProducerBatch): void {
    this.#manager.sequences.requestBump(batch.partition.name);
  }
}

/** `UnknownProducerIdException` extends the other. */
function isGap(exception: ExceptionName): boolean {
  return exception === 'OutOfOrderSequenceException' || exception === 'UnknownProducerIdException';
}
