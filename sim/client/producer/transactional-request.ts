import { type Response } from '../../protocol/api.ts';
import { type ErrorName, errorProperties } from '../../protocol/errors.ts';
import { type ResponseHandler } from '../in-flight-request.ts';
import { type NetworkClient } from '../network-client.ts';
import { type Reaction } from './error-reactions.ts';
import { type Thrown } from './exceptions.ts';
import { type PendingRequest } from './pending-request.ts';
import { type CoordinatorKey } from './producer-coordinators.ts';
import { type TransactionManager } from './transaction-manager.ts';
import { TransactionalResult } from './transactional-result.ts';

/** A request of the transaction manager, and what its answer does to the producer. */
export abstract class TransactionalRequest implements PendingRequest {
  abstract readonly priority: number;
  isRetry = false;
  readonly endsTransaction: boolean = false;
  readonly result: TransactionalResult;
  protected readonly manager: TransactionManager;

  constructor(manager: TransactionManager, result = new TransactionalResult()) {
    this.manager = manager;
    this.result = result;
  }

  abstract send(
    network: NetworkClient,
    nodeId: number,
    handler: ResponseHandler,
    nowMs: number,
  ): void;

  abstract answered(response: Response): void;

  get coordinator(): CoordinatorKey | undefined {
    return this.manager.coordinatorKey;
  }

  get retryBackoffMs(): number {
    return this.manager.retryBackoffMs;
  }

  lost(): void {
    if (this.coordinator !== undefined) this.manager.lookUp(this.coordinator);
    this.manager.retry(this);
  }

  done(): void {
    this.result.done();
  }

  fail(exception: Thrown): void {
    this.result.fail(exception);
  }

  fatalError(exception: Thrown): void {
    this.fail(exception);
    this.manager.fatalError(exception);
  }

  abortableError(exception: Thrown): void {
    this.fail(exception);
    this.manager.abortableError(exception, 'sender');
  }

  protected react(reaction: Reaction, error: ErrorName): void {
    const { exception } = errorProperties(error);
    switch (reaction) {
      case 'lookUp':
        this.lost();
        break;
      case 'retry':
        this.manager.retry(this);
        break;
      case 'fenced':
        this.fatalError('ProducerFencedException');
        break;
      case 'fatal':
        this.fatalError(exception);
        break;
      case 'unexpected':
        this.fatalError('KafkaException');
        break;
      case 'abortable':
        this.abortableError(exception);
        break;
      case 'bumps':
        this.#abortableErrorIfPossible(exception);
        break;
      case 'commitFailed':
        this.abortableError('CommitFailedException');
        break;
    }
  }

  #abortableErrorIfPossible(exception: Thrown): void {
    const { bumps } = this.manager;
    if (!bumps.areSupported) this.fatalError(exception);
    else {
      bumps.request();
      this.abortableError(exception);
    }
  }
}
