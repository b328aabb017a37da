import { Api, type Response } from '../../protocol/api.ts';
import { type AddOffsetsToTxnRequest } from '../../protocol/messages/add-offsets-to-txn-request.ts';
import { type ResponseHandler } from '../in-flight-request.ts';
import { type NetworkClient } from '../network-client.ts';
import { addOffsetsReactions, reactionTo } from './error-reactions.ts';
import { requestPriority } from './pending-request.ts';
import { type TransactionManager } from './transaction-manager.ts';
import { type TransactionOffsets } from './transaction-offsets.ts';
import { TransactionalRequest } from './transactional-request.ts';
import { TxnOffsetCommit } from './txn-offset-commit.ts';

/** Adds a group to a transaction of version 1, before its offsets are committed there. */
export class AddOffsetsToTxn extends TransactionalRequest {
  readonly priority = requestPriority.addPartitionsOrOffsets;
  readonly #body: AddOffsetsToTxnRequest;
  readonly #offsets: TransactionOffsets;

  constructor(manager: TransactionManager, offsets: TransactionOffsets) {
    super(manager);
    this.#offsets = offsets;
    const { producerId, epoch: producerEpoch } = manager.sequences.producer;
    this.#body = {
      transactionalId: manager.coordinatorKey?.key ?? '',
      producerId,
      producerEpoch,
      groupId: offsets.group.groupId,
      txnUid: manager.txnUid,
    };
  }

  send(network: NetworkClient, nodeId: number, handler: ResponseHandler, nowMs: number): void {
    network.send(nodeId, Api.addOffsetsToTxn, this.#body, { handler }, nowMs);
  }

  answered(response: Response): void {
    if (response.apiKey !== Api.addOffsetsToTxn) return;
    const { errorCode } = response.body;
    if (errorCode !== 'NONE') {
      this.react(reactionTo(errorCode, addOffsetsReactions), errorCode);
      return;
    }
    // Who has called waits on, until the offsets are taken.
    this.manager.enqueue(new TxnOffsetCommit(this.manager, this.#offsets, this.result));
    this.manager.hasStarted = true;
  }
}
