import { type ApiKey, type RequestBodies, type Response } from '../../protocol/api.ts';
import { type ClusterNode } from '../metadata-snapshot.ts';

/**
 * `disconnected`: the connection was lost or could not be made, or the answer took too long. `expired`:
 * the request could not be sent in time.
 */
export type RequestFailure = 'disconnected' | 'expired';

/** Who sent a request. Exactly one of the two is called, in a later poll of the network. */
export interface ReplyHandler {
  readonly answered: (response: Response) => void;
  readonly failed: (failure: RequestFailure) => void;
}

export interface RequestOptions {
  /** The newest version to use, if not the newest of all. */
  readonly maxVersion?: number;
  /** Default: `request.timeout.ms`. */
  readonly requestTimeoutMs?: number;
}

/** The network as those use it who read records, whichever thread polls it. */
export interface RequestSender {
  readonly send: <K extends ApiKey>(
    node: ClusterNode,
    apiKey: K,
    body: RequestBodies[K],
    handler: ReplyHandler,
    options?: RequestOptions,
  ) => void;
  /** Whether a request would only fail, since the node cannot be connected to yet. */
  readonly isUnavailable: (node: ClusterNode) => boolean;
  /** Whether the node has said which requests it understands. */
  readonly knowsVersionsOf: (node: ClusterNode) => boolean;
  readonly tryConnect: (node: ClusterNode) => void;
}
