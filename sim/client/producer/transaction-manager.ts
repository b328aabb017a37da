import { Api, type Response } from '../../protocol/api.ts';
import { type ErrorName, errorProperties } from '../../protocol/errors.ts';
import { type PartitionProduceResponse } from '../../protocol/messages/produce-response.ts';
import { type ResponseHandler } from '../in-flight-request.ts';
import { type NetworkClient } from '../network-client.ts';
import { type DrainGuard } from './batch-drainer.ts';
import { type PendingRequest, requestPriority } from './pending-request.ts';
import { type ProducerBatch } from './producer-batch.ts';
import { type EpochBump, type SequenceTracker } from './sequence-tracker.ts';

/** The state of an idempotent producer's id (`TransactionManager.State`). */
export type ProducerState =
  'UNINITIALIZED' | 'INITIALIZING' | 'READY' | 'ABORTABLE_ERROR' | 'FATAL_ERROR';

/** What the manager tells of. */
export interface ProducerIdListener {
  readonly producerIdAssigned: (bump: EpochBump) => void;
}

export interface ManagerRules {
  /** OUT_OF_ORDER_SEQUENCE_NUMBER always bumps the epoch, whichever batch it is. */
  readonly bumpOnOoosAlways: boolean;
}

/** After one of these an idempotent producer can do nothing more. */
const fatalExceptions: ReadonlySet<string> = new Set([
  'ClusterAuthorizationException',
  'TransactionalIdAuthorizationException',
  'ProducerFencedException',
  'UnsupportedVersionException',
  'InvalidPidMappingException',
]);

/** What a producer without transactions asks for (`Integer.MAX_VALUE`). */
const noTransactionTimeoutMs = 2_147_483_647;

/**
 * Gets an idempotent producer its id, and decides what becomes of batches that have failed
 * (`TransactionManager`).
 *
 * | state | goes on |
 * |---|---|
 * | UNINITIALIZED | the sender's next turn asks for an id → INITIALIZING |
 * | INITIALIZING | answered → READY; not authorized → ABORTABLE_ERROR; refused → FATAL_ERROR |
 * | READY | all epochs are used up → UNINITIALIZED; see `fatalExceptions` → FATAL_ERROR |
 * | ABORTABLE_ERROR | the sender's next turn fails all batches → UNINITIALIZED |
 * | FATAL_ERROR | the end |
 */
export class TransactionManager implements DrainGuard {
  readonly sequences: SequenceTracker;
  readonly #rules: ManagerRules;
  readonly #listener: ProducerIdListener;
  readonly #pending: PendingRequest[] = [];
  #state: ProducerState = 'UNINITIALIZED';
  #lastError: string | undefined = undefined;

  constructor(sequences: SequenceTracker, rules: ManagerRules, listener: ProducerIdListener) {
    this.sequences = sequences;
    this.#rules = rules;
    this.#listener = listener;
  }

  get state(): ProducerState {
    return this.#state;
  }

  /** The exception that has led to an error state. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  get hasFatalError(): boolean {
    return this.#state === 'FATAL_ERROR';
  }

  mustHold(batch: ProducerBatch): boolean {
    return this.hasFatalError || !this.sequences.hasProducerId || this.sequences.mustHold(batch);
  }

  assign(batch: ProducerBatch): void {
    this.sequences.assign(batch, false);
  }

  /** Looks whether partitions with a batch that was given up have a gap now. */
  resolveSequences(): void {
    for (const partition of this.sequences.resolve()) this.sequences.requestBump(partition);
  }

  /** Bumps the epoch if a partition needs it, and asks for an id if there is none. */
  bumpOrInitialize(): void {
    const bump = this.sequences.bumpIfRequested();
    if (bump !== undefined && this.sequences.hasProducerId) this.#listener.producerIdAssigned(bump);
    if (bump !== undefined && !this.sequences.hasProducerId) this.#state = 'UNINITIALIZED';
    if (this.#state === 'INITIALIZING' || this.sequences.hasProducerId) return;
    this.#state = 'INITIALIZING';
    this.enqueue(new InitProducerId(this));
  }

  enqueue(request: PendingRequest): void {
    const later = this.#pending.findIndex(({ priority }) => priority > request.priority);
    if (later < 0) this.#pending.push(request);
    else this.#pending.splice(later, 0, request);
  }

  retry(request: PendingRequest): void {
    request.isRetry = true;
    this.enqueue(request);
  }

  /** Takes the next request to be sent. */
  nextRequest(): PendingRequest | undefined {
    const request = this.#pending.shift();
    if (request === undefined || this.#lastError === undefined) return request;
    request.failed(this.#lastError);
    return undefined;
  }

  failPending(exception: string): void {
    for (const request of this.#pending.splice(0)) request.failed(exception);
  }

  initialized(producerId: number, epoch: number): void {
    this.sequences.setProducer({ producerId, epoch });
    this.#state = 'READY';
    this.#lastError = undefined;
    this.#listener.producerIdAssigned({ batchesInDoubt: 0 });
  }

  abortableError(exception: string): void {
    this.#state = 'ABORTABLE_ERROR';
    this.#lastError = exception;
  }

  fatalError(exception: string): void {
    this.#state = 'FATAL_ERROR';
    this.#lastError = exception;
  }

  /** Not authorized: the id is asked for again, so that the application need not make a new producer. */
  startOver(): void {
    this.#state = 'UNINITIALIZED';
    this.#lastError = undefined;
  }

  /** Whether a batch that was answered with an error may be sent again; requests a bump if it needs one. */
  canRetry(batch: ProducerBatch, { errorCode, logStartOffset }: PartitionProduceResponse): boolean {
    switch (errorCode) {
      case 'UNKNOWN_PRODUCER_ID':
        // Only brokers before 2.5 say so. Where -1, they could not tell where the log begins.
        if (logStartOffset !== -1 && !batch.sequenceWasReset) this.#requestBump(batch);
        return true;
      case 'OUT_OF_ORDER_SEQUENCE_NUMBER':
        if (this.#rules.bumpOnOoosAlways || this.#isBehindGap(batch)) this.#requestBump(batch);
        return true;
      default:
        return errorProperties(errorCode).retriable;
    }
  }

  /** A batch is over without success. `adjustsSequences`: what follows it has to be renumbered. */
  batchFailed(batch: ProducerBatch, exception: string, adjustsSequences: boolean): void {
    if (fatalExceptions.has(exception)) this.fatalError(exception);
    this.sequences.removeInFlight(batch);
    if (this.hasFatalError) return;
    const isOutOfOrder =
      exception === 'OutOfOrderSequenceException' || exception === 'UnknownProducerIdException';
    if (isOutOfOrder || adjustsSequences) this.#requestBump(batch);
  }

  /**
   * The broker lacks something before this batch that will never come: it is the next to be acknowledged,
   * or follows at once on one that was given up.
   */
  #isBehindGap(batch: ProducerBatch): boolean {
    const { name } = batch.partition;
    if (this.sequences.isUnresolved(name)) return this.sequences.followsUnresolved(batch);
    return !batch.sequenceWasReset && this.sequences.of(name).isNext(batch.baseSequence);
  }

  #requestBump(batch: ProducerBatch): void {
    this.sequences.requestBump(batch.partition.name);
  }
}

class InitProducerId implements PendingRequest {
  readonly priority = requestPriority.initProducerId;
  isRetry = false;
  readonly #manager: TransactionManager;

  constructor(manager: TransactionManager) {
    this.#manager = manager;
  }

  send(network: NetworkClient, nodeId: number, handler: ResponseHandler, nowMs: number): void {
    const request = {
      transactionalId: null,
      transactionTimeoutMs: noTransactionTimeoutMs,
      producerId: -1,
      producerEpoch: -1,
      enable2Pc: false,
      keepPreparedTxn: false,
    };
    network.send(nodeId, Api.initProducerId, request, { handler }, nowMs);
  }

  answered(response: Response): void {
    if (response.apiKey !== Api.initProducerId) return;
    const { errorCode, producerId, producerEpoch } = response.body;
    if (errorCode === 'NONE') this.#manager.initialized(producerId, producerEpoch);
    else if (errorProperties(errorCode).retriable) this.#manager.retry(this);
    else this.#refused(errorCode);
  }

  failed(): void {
    // Nobody waits for it.
  }

  #refused(error: ErrorName): void {
    const { exception } = errorProperties(error);
    if (mayBeMended.has(error)) this.#manager.abortableError(exception);
    else if (error === 'INVALID_PRODUCER_EPOCH') {
      this.#manager.fatalError('ProducerFencedException');
    } else if (error === 'PRODUCER_FENCED') this.#manager.fatalError(exception);
    else this.#manager.fatalError('KafkaException');
  }
}

const mayBeMended: ReadonlySet<ErrorName> = new Set([
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'TRANSACTION_ABORTABLE',
]);
