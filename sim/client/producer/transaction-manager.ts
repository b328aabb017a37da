import { type ExceptionName, isException } from '../../protocol/exceptions.ts';
import { noTxnUid, type TxnUid } from '../../protocol/record-batch.ts';
import { type FinalizedFeatures } from '../finalized-features.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { AddPartitionsToTxn } from './add-partitions-to-txn.ts';
import { type DrainGuard } from './batch-drainer.ts';
import { EpochBumps } from './epoch-bumps.ts';
import { causedBy, className, type Thrown } from './exceptions.ts';
import { FindCoordinator } from './find-coordinator.ts';
import { InitProducerId } from './init-producer-id.ts';
import { JavaPriorityQueue } from './java-priority-queue.ts';
import { PendingCall } from './pending-call.ts';
import { type PendingRequest, requestPriority } from './pending-request.ts';
import { type ProducerBatch, type ProducerIdAndEpoch } from './producer-batch.ts';
import { type CoordinatorKey, ProducerCoordinators } from './producer-coordinators.ts';
import { type Actor, ProducerStates } from './producer-states.ts';
import { type EpochBump, type SequenceTracker } from './sequence-tracker.ts';
import { type PendingOffsets } from './transaction-offsets.ts';
import { TransactionPartitions } from './transaction-partitions.ts';

/** What the manager tells of. */
export interface ManagerListener {
  readonly producerIdAssigned: (bump: EpochBump) => void;
  /** Only of a producer with transactions. */
  readonly errorRaised: (txnUid: TxnUid, error: Thrown, isFatal: boolean) => void;
}

export interface ManagerOptions {
  /** `undefined`: the producer is only idempotent. */
  readonly transactionalId: string | undefined;
  readonly transactionTimeoutMs: number;
  readonly retryBackoffMs: number;
  readonly features: FinalizedFeatures;
  readonly sequences: SequenceTracker;
  /** An application is not told of an exception in a transaction that it could take for retriable. */
  readonly hidesRetriable: boolean;
  readonly listener: ManagerListener;
}

/** After one of these a producer can do nothing more. */
const fatalExceptions: readonly ExceptionName[] = [
  'ClusterAuthorizationException',
  'TransactionalIdAuthorizationException',
  'ProducerFencedException',
  'UnsupportedVersionException',
  'InvalidPidMappingException',
];

/** These are thrown as they are by each call that follows. */
const thrownAsTheyAre: readonly ExceptionName[] = [
  'ProducerFencedException',
  'InvalidProducerEpochException',
  'IllegalStateException',
];

/** What a producer without transactions asks for (`Integer.MAX_VALUE`). */
const noTransactionTimeoutMs = 2_147_483_647;

const newestProduceOfVersion1 = 11;

/**
 * Gets a producer its id, and knows its transaction: the state, the requests that wait to be sent, and
 * what errors do (`TransactionManager`). Applications come here by `TransactionCalls`, batches that fail
 * by `FailedBatches`.
 */
export class TransactionManager implements DrainGuard {
  readonly sequences: SequenceTracker;
  readonly states: ProducerStates;
  readonly bumps: EpochBumps;
  readonly coordinators = new ProducerCoordinators();
  readonly partitions = new TransactionPartitions();
  readonly pendingOffsets: PendingOffsets = new Map();
  readonly pendingCall = new PendingCall();
  readonly transactionalId: string | undefined;
  readonly transactionTimeoutMs: number;
  readonly retryBackoffMs: number;
  /** The coordinator may know of the transaction, so that it has to be ended there. */
  hasStarted = false;
  /** Ghost: of the current transaction. */
  txnUid: TxnUid = noTxnUid;
  /** Ghost: a commit was asked for that may yet happen, or has. */
  mayBeCommitted = false;
  readonly #hidesRetriable: boolean;
  readonly #listener: ManagerListener;
  /** The lowest priority goes first. */
  readonly #queue = new JavaPriorityQueue<PendingRequest>(
    (one, other) => one.priority - other.priority,
  );

  constructor(options: ManagerOptions) {
    const { transactionalId, listener } = options;
    this.sequences = options.sequences;
    this.bumps = new EpochBumps(options.features);
    this.transactionalId = transactionalId;
    this.transactionTimeoutMs =
      transactionalId === undefined ? noTransactionTimeoutMs : options.transactionTimeoutMs;
    this.retryBackoffMs = options.retryBackoffMs;
    this.#hidesRetriable = options.hidesRetriable;
    this.#listener = listener;
    this.states = new ProducerStates((error, isFatal) => {
      if (this.isTransactional) listener.errorRaised(this.txnUid, error, isFatal);
    });
  }

  get isTransactional(): boolean {
    return this.transactionalId !== undefined;
  }

  /** Who coordinates the producer's transactions; `undefined` without them. */
  get coordinatorKey(): CoordinatorKey | undefined {
    const key = this.transactionalId;
    return key === undefined ? undefined : { type: 'transaction', key };
  }

  /** Of a Produce request: by this a leader knows the version of the transaction. */
  get maxProduceVersion(): number {
    return this.isTransactional && !this.bumps.isVersion2 ? newestProduceOfVersion1 : Infinity;
  }

  get hasFatalError(): boolean {
    return this.states.current === 'FATAL_ERROR';
  }

  get isCompleting(): boolean {
    const { current } = this.states;
    return current === 'COMMITTING_TRANSACTION' || current === 'ABORTING_TRANSACTION';
  }

  get hasOngoingTransaction(): boolean {
    const { current } = this.states;
    return current === 'IN_TRANSACTION' || current === 'ABORTABLE_ERROR' || this.isCompleting;
  }

  /** What a call throws because of an earlier error. */
  get refusal(): Thrown | undefined {
    const { hasError, lastError } = this.states;
    if (!hasError || lastError === undefined) return undefined;
    const name = className(lastError);
    return thrownAsTheyAre.includes(name) ? name : causedBy('KafkaException', name);
  }

  // Batches that are to be sent.

  mustHold(batch: ProducerBatch): boolean {
    if (this.hasFatalError || !this.sequences.hasProducerId) return true;
    if (this.isTransactional && !this.partitions.has(batch.partition.name)) return true;
    return this.sequences.mustHold(batch);
  }

  assign(batch: ProducerBatch): void {
    batch.txnUid = this.txnUid;
    this.sequences.assign(batch, this.isTransactional);
  }

  // What the sender does in each turn.

  /** Looks whether partitions with a batch that was given up have a gap now. */
  resolveSequences(): void {
    for (const partition of this.sequences.resolve()) {
      if (!this.isTransactional) this.sequences.requestBump(partition);
      else if (!this.bumps.areSupported) this.fatalError('KafkaException');
      else {
        this.bumps.request();
        this.abortableError('KafkaException', 'sender');
      }
    }
  }

  /** Without transactions: bumps the epoch if a partition needs it, and asks for an id if there is none. */
  bumpOrInitialize(): void {
    if (this.isTransactional) return;
    const bump = this.sequences.bumpIfRequested();
    const { hasProducerId } = this.sequences;
    if (bump !== undefined && hasProducerId) this.#listener.producerIdAssigned(bump);
    if (bump !== undefined && !hasProducerId) this.states.enter('UNINITIALIZED', 'sender');
    if (this.states.current === 'INITIALIZING' || hasProducerId) return;
    if (this.states.enter('INITIALIZING', 'sender') !== undefined) return;
    this.enqueue(new InitProducerId(this));
  }

  get hasRequests(): boolean {
    return this.#queue.first !== undefined;
  }

  enqueue(request: PendingRequest): void {
    this.#queue.add(request);
  }

  retry(request: PendingRequest): void {
    request.isRetry = true;
    this.enqueue(request);
  }

  /** Asks who the coordinator is now. */
  lookUp(wanted: CoordinatorKey): void {
    this.coordinators.set(wanted.type, undefined);
    this.enqueue(new FindCoordinator(this, wanted));
  }

  /** Asks the coordinator to add the partitions that records wait for. */
  addPartitions(): void {
    if (!this.partitions.hasFresh) return;
    this.enqueue(new AddPartitionsToTxn(this, this.partitions.takeFresh()));
  }

  /** Takes the next request to be sent. A transaction ends after the last of its batches. */
  nextRequest(hasIncompleteBatches: boolean): PendingRequest | undefined {
    this.addPartitions();
    const { first } = this.#queue;
    if (first === undefined || (first.endsTransaction && hasIncompleteBatches)) return undefined;
    this.#queue.take();
    if (this.#isTerminated(first)) return undefined;
    if (!first.endsTransaction || this.hasStarted) return first;
    // The coordinator has never heard of the transaction.
    first.done();
    this.transactionEnded();
    return this.#queue.take();
  }

  /** After an error nothing is sent but, where the transaction can be aborted, what finds the coordinator. */
  #isTerminated(request: PendingRequest): boolean {
    const { current, lastError } = this.states;
    if (lastError === undefined) return false;
    const findsCoordinator = request.priority === requestPriority.findCoordinator;
    if (current === 'ABORTABLE_ERROR' && findsCoordinator) return false;
    request.fail(lastError);
    return true;
  }

  // What answers and errors do.

  /** @returns Whether the producer may go on. */
  initialized(producer: ProducerIdAndEpoch): boolean {
    this.#setProducer(producer);
    return this.states.enter('READY', 'sender') === undefined;
  }

  /** The coordinator has given the producer the next epoch, or another id, at the end of a transaction. */
  bumped(producer: ProducerIdAndEpoch): void {
    this.#setProducer(producer);
    this.sequences.reset();
  }

  /** @returns Whether there was a transaction that could end. */
  transactionEnded(): boolean {
    const next = this.bumps.isRequired ? 'INITIALIZING' : 'READY';
    if (this.states.enter(next, 'sender') !== undefined) return false;
    this.bumps.done();
    this.hasStarted = false;
    this.partitions.clear();
    return true;
  }

  /** Records may be sent to the partition as part of the transaction. */
  addToTransaction(partition: TopicPartition): void {
    this.partitions.add(partition);
    this.hasStarted = true;
  }

  fatalError(exception: Thrown): void {
    this.states.enterFatal(exception);
    this.pendingCall.fail(exception);
  }

  /** @returns What is thrown, if that cannot be now. */
  abortableError(exception: Thrown, actor: Actor): ExceptionName | undefined {
    if (this.states.current === 'ABORTING_TRANSACTION') return undefined;
    return this.states.enterAbortable(exception, actor);
  }

  /** A record cannot be sent (`maybeTransitionToErrorState`). @returns What is thrown on top of that. */
  recordFailed(exception: Thrown, actor: Actor): ExceptionName | undefined {
    const name = className(exception);
    if (fatalExceptions.includes(name)) {
      this.fatalError(exception);
      return undefined;
    }
    if (!this.isTransactional) return undefined;
    // The record may have been sent, and would be there twice if the application sent it again.
    const isHidden =
      this.#hidesRetriable &&
      (isException(name, 'RetriableException') || name === 'InvalidTxnStateException');
    const error = isHidden ? causedBy('TransactionAbortableException', exception) : exception;
    if (!this.isCompleting) this.bumps.request();
    return this.abortableError(error, actor);
  }

  failPending(exception: Thrown): void {
    for (const request of this.#queue.all()) request.abortableError(exception);
  }

  /** Not authorized: the id is asked for again, so that the application need not make a new producer. */
  startOver(exception: Thrown): void {
    if (this.states.enter('UNINITIALIZED', 'sender') !== undefined) return;
    this.pendingCall.fail(exception);
  }

  /** The producer is closed by force. */
  close(exception: Thrown): void {
    for (const request of this.#queue.all()) request.fatalError(exception);
    this.pendingCall.fail(exception);
  }

  #setProducer(producer: ProducerIdAndEpoch): void {
    this.sequences.setProducer(producer);
    this.#listener.producerIdAssigned({ batchesInDoubt: 0 });
  }
}
