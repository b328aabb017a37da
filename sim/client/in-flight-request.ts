import { type ApiKey, type Response } from '../protocol/api.ts';

/** A request on its way, in the order of the connection (`NetworkClient.InFlightRequest`). */
export interface InFlightRequest {
  readonly nodeId: number;
  readonly apiKey: ApiKey;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly expectsResponse: boolean;
  readonly requestTimeoutMs: number;
  readonly sentMs: number;
  /** `undefined` for what the network client asks for itself: ApiVersions and Metadata. */
  readonly handler: ResponseHandler | undefined;
  /** How long the node has throttled the connection since: it does not count as waiting. */
  throttledMs: number;
}

/** Is called in the client's poll, once for each of its requests. */
export interface ResponseHandler {
  readonly completed: (response: ClientResponse) => void;
}

/** What has become of a request. */
export interface ClientResponse {
  readonly request: InFlightRequest;
  /**
   * `disconnected`: the connection was lost before the answer. `timedOut`: the client gave it up.
   * `unsupported`: the request was not sent, since the node has no version of it.
   */
  readonly outcome: 'answered' | 'disconnected' | 'timedOut' | 'unsupported';
  /** Only where `answered`; then `undefined` for a request that has no answer (acks=0). */
  readonly response: Response | undefined;
  readonly receivedMs: number;
}

/** Whether the request has waited for longer than it may. */
export function isTimedOut(request: InFlightRequest, nowMs: number): boolean {
  const waitedMs = Math.max(0, nowMs - request.sentMs) - request.throttledMs;
  return waitedMs > request.requestTimeoutMs;
}
