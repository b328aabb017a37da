import { type Response } from '../../protocol/api.ts';
import { type ResponseHandler } from '../in-flight-request.ts';
import { type NetworkClient } from '../network-client.ts';

/** A request of a producer that carries no records (`TransactionManager.TxnRequestHandler`). */
export interface PendingRequest {
  /** The lowest goes first. */
  readonly priority: number;
  /** It waits for the backoff before it is sent again. */
  isRetry: boolean;
  readonly send: (
    network: NetworkClient,
    nodeId: number,
    handler: ResponseHandler,
    nowMs: number,
  ) => void;
  readonly answered: (response: Response) => void;
  /** It is over without an answer. */
  readonly failed: (exception: string) => void;
}

/** Which requests go before others (`TransactionManager.Priority`). */
export const requestPriority = {
  findCoordinator: 0,
  initProducerId: 1,
} as const;
