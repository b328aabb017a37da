import { assert } from '../../kernel/assert.ts';
import { Api, type Response } from '../../protocol/api.ts';
import { type ResponseHandler } from '../in-flight-request.ts';
import { type NetworkClient } from '../network-client.ts';
import { findCoordinatorReactions, reactionTo } from './error-reactions.ts';
import { requestPriority } from './pending-request.ts';
import { type CoordinatorKey } from './producer-coordinators.ts';
import { type TransactionManager } from './transaction-manager.ts';
import { TransactionalRequest } from './transactional-request.ts';

const keyTypes = { group: 0, transaction: 1 } as const;

/** Finds out which broker coordinates the producer's transactions, or a group. */
export class FindCoordinator extends TransactionalRequest {
  readonly priority = requestPriority.findCoordinator;
  readonly #wanted: CoordinatorKey;

  constructor(manager: TransactionManager, wanted: CoordinatorKey) {
    super(manager);
    this.#wanted = wanted;
  }

  override get coordinator(): undefined {
    return undefined;
  }

  send(network: NetworkClient, nodeId: number, handler: ResponseHandler, nowMs: number): void {
    const { type, key } = this.#wanted;
    // Since version 4 the keys are a list; `key` is for older ones.
    const request = { key: '', keyType: keyTypes[type], coordinatorKeys: [key] };
    network.send(nodeId, Api.findCoordinator, request, { handler }, nowMs);
  }

  answered(response: Response): void {
    if (response.apiKey !== Api.findCoordinator) return;
    const [found] = response.body.coordinators;
    assert(found !== undefined, 'an answer about the only key that was asked for');
    const { errorCode, nodeId, host, port } = found;
    if (errorCode !== 'NONE') {
      this.react(reactionTo(errorCode, findCoordinatorReactions), errorCode);
      return;
    }
    this.manager.coordinators.set(this.#wanted.type, { nodeId, host, port, rack: null });
    this.done();
  }
}
