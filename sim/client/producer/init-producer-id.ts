import { Api, type Response } from '../../protocol/api.ts';
import { type ResponseHandler } from '../in-flight-request.ts';
import { type NetworkClient } from '../network-client.ts';
import { initProducerIdReactions, reactionTo } from './error-reactions.ts';
import { requestPriority } from './pending-request.ts';
import { type ProducerIdAndEpoch } from './producer-batch.ts';
import { type TransactionManager } from './transaction-manager.ts';
import { TransactionalRequest } from './transactional-request.ts';

/** Asks for an id and an epoch, or for the next epoch of the id that the producer has. */
export class InitProducerId extends TransactionalRequest {
  readonly priority: number;
  readonly #bumped: ProducerIdAndEpoch | undefined;

  /** `bumped`: what the producer has, if it needs the next epoch after the transaction (KIP-360). */
  constructor(manager: TransactionManager, bumped?: ProducerIdAndEpoch) {
    super(manager);
    this.#bumped = bumped;
    this.priority =
      bumped === undefined ? requestPriority.initProducerId : requestPriority.epochBump;
  }

  send(network: NetworkClient, nodeId: number, handler: ResponseHandler, nowMs: number): void {
    const { transactionalId, transactionTimeoutMs } = this.manager;
    const request = {
      transactionalId: transactionalId ?? null,
      transactionTimeoutMs,
      producerId: this.#bumped?.producerId ?? -1,
      producerEpoch: this.#bumped?.epoch ?? -1,
      enable2Pc: false,
      keepPreparedTxn: false,
    };
    network.send(nodeId, Api.initProducerId, request, { handler }, nowMs);
  }

  answered(response: Response): void {
    if (response.apiKey !== Api.initProducerId) return;
    const { errorCode, producerId, producerEpoch: epoch } = response.body;
    if (errorCode !== 'NONE') this.react(reactionTo(errorCode, initProducerIdReactions), errorCode);
    else if (this.manager.initialized({ producerId, epoch })) {
      if (this.#bumped !== undefined) this.manager.sequences.reset();
      this.done();
    }
  }
}
