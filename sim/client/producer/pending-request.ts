import { type Response } from '../../protocol/api.ts';
import { type ResponseHandler } from '../in-flight-request.ts';
import { type NetworkClient } from '../network-client.ts';
import { type CoordinatorKey } from './producer-coordinators.ts';
import { type Thrown } from './exceptions.ts';

/** A request of a producer that carries no records (`TransactionManager.TxnRequestHandler`). */
export interface PendingRequest {
  /** The lowest goes first. */
  readonly priority: number;
  /** It goes after the last of the transaction's batches. */
  readonly endsTransaction: boolean;
  /** Who has to answer it; `undefined`: any node can. */
  readonly coordinator: CoordinatorKey | undefined;
  /** It waits for the backoff before it is sent again. */
  isRetry: boolean;
  readonly retryBackoffMs: number;
  readonly send: (
    network: NetworkClient,
    nodeId: number,
    handler: ResponseHandler,
    nowMs: number,
  ) => void;
  readonly answered: (response: Response) => void;
  /** The connection was lost before the answer came. */
  readonly lost: () => void;
  /** Who waits for it hears that it is over. */
  readonly done: () => void;
  /** The same, without an answer. */
  readonly fail: (exception: Thrown) => void;
  /** The same, and the producer can do nothing more. */
  readonly fatalError: (exception: Thrown) => void;
  /** The same, and the transaction can only be aborted. */
  readonly abortableError: (exception: Thrown) => void;
}

/** Which requests go before others (`TransactionManager.Priority`). */
export const requestPriority = {
  findCoordinator: 0,
  initProducerId: 1,
  addPartitionsOrOffsets: 2,
  endTxn: 3,
  /** An InitProducerId that follows an EndTxn. */
  epochBump: 4,
} as const;
