import { Api, type Response } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type EndTxnRequest } from '../../protocol/messages/end-txn-request.ts';
import { type ResponseHandler } from '../in-flight-request.ts';
import { type NetworkClient } from '../network-client.ts';
import { abortReactions, reactionTo, transactionReactions } from './error-reactions.ts';
import { type Thrown } from './exceptions.ts';
import { requestPriority } from './pending-request.ts';
import { type TransactionManager } from './transaction-manager.ts';
import { TransactionalRequest } from './transactional-request.ts';

/** The newest version for transactions of version 1. */
const newestOfVersion1 = 4;

/** Commits or aborts the transaction, when all its records and offsets are sent. */
export class EndTxn extends TransactionalRequest {
  readonly priority = requestPriority.endTxn;
  override readonly endsTransaction = true;
  readonly #body: EndTxnRequest;
  readonly #maxVersion: number;
  /** An attempt may have reached the coordinator, and may yet commit the transaction. */
  #isInDoubt = false;

  constructor(manager: TransactionManager, isCommit: boolean) {
    super(manager);
    const { producerId, epoch: producerEpoch } = manager.sequences.producer;
    this.#maxVersion = manager.bumps.isVersion2 ? Infinity : newestOfVersion1;
    this.#body = {
      transactionalId: manager.coordinatorKey?.key ?? '',
      producerId,
      producerEpoch,
      committed: isCommit,
      txnUid: manager.txnUid,
    };
    if (isCommit) manager.mayBeCommitted = true;
  }

  send(network: NetworkClient, nodeId: number, handler: ResponseHandler, nowMs: number): void {
    const options = { handler, maxVersion: this.#maxVersion };
    network.send(nodeId, Api.endTxn, this.#body, options, nowMs);
  }

  answered(response: Response): void {
    if (response.apiKey !== Api.endTxn) return;
    const { errorCode, producerId, producerEpoch: epoch } = response.body;
    if (errorCode !== 'NONE') {
      if (mayBeWritten.has(errorCode)) this.#isInDoubt = true;
      const reactions = this.#body.committed ? transactionReactions : abortReactions;
      this.react(reactionTo(errorCode, reactions), errorCode);
      return;
    }
    // Since version 5 each transaction has an epoch of its own (KIP-890).
    if (producerId !== -1) this.manager.bumped({ producerId, epoch });
    if (this.manager.transactionEnded()) this.done();
  }

  override lost(): void {
    this.#isInDoubt = true;
    super.lost();
  }

  override fail(exception: Thrown): void {
    if (this.#body.committed) this.manager.mayBeCommitted = this.#isInDoubt;
    super.fail(exception);
  }
}

/** With these a coordinator may answer although its decision is in its log, and counts when it is loaded. */
const mayBeWritten: ReadonlySet<ErrorName> = new Set([
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'UNKNOWN_SERVER_ERROR',
]);
