import { type ApiKey, Api, type RequestBodies, type Response } from '../../../protocol/api.ts';
import { type ClientResponse, type ResponseHandler } from '../../in-flight-request.ts';
import { type ClusterNode } from '../../metadata-snapshot.ts';
import { type NetworkClient } from '../../network-client.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type NetworkParts } from '../consumer-parts.ts';
import { type RequestFailure, type RequestOptions, type RequestSender } from '../request-sender.ts';
import { failureOfError } from './failure.ts';

/** Who sent a request. Exactly one of these is called, on the background thread. */
export interface BackgroundHandler {
  readonly answered: (response: Response, nowMs: number) => void;
  readonly failed: (failure: RequestFailure, nowMs: number) => void;
  /** The node has no version of the request. Default: as if the connection had been lost. */
  readonly unsupported?: (nowMs: number) => void;
}

/**
 * The network as the background thread uses it (`NetworkClientDelegate`): requests wait in one queue
 * until their nodes are ready. The thread calls `trySend`, polls, and calls `polled`.
 */
export class NetworkClientDelegate implements RequestSender {
  /** Counts what has become of requests. */
  replies = 0;
  readonly #parts: NetworkParts;
  #unsent: UnsentRequest[] = [];
  #metadataException: ConsumerException | undefined = undefined;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  send<K extends ApiKey>(
    node: ClusterNode,
    apiKey: K,
    body: RequestBodies[K],
    handler: BackgroundHandler,
    options: RequestOptions = {},
  ): void {
    this.#add({ node, apiKey, body, handler, options });
  }

  /** To any node. */
  sendToAny<K extends ApiKey>(apiKey: K, body: RequestBodies[K], handler: BackgroundHandler): void {
    this.#add({ node: undefined, apiKey, body, handler, options: {} });
  }

  get hasUnsent(): boolean {
    return this.#unsent.length > 0;
  }

  get hasPendingRequests(): boolean {
    return this.hasUnsent || this.#parts.sockets.hasInFlightRequests;
  }

  isUnavailable({ nodeId }: ClusterNode): boolean {
    const { sockets, context } = this.#parts;
    if (!sockets.connectionFailed(nodeId)) return false;
    return sockets.connectionDelayMs(nodeId, context.wallClockMs()) > 0;
  }

  knowsVersionsOf({ nodeId }: ClusterNode): boolean {
    return this.#parts.sockets.maxVersionOf(nodeId, Api.apiVersions) !== undefined;
  }

  tryConnect(node: ClusterNode): void {
    this.#parts.sockets.ready(node, this.#parts.context.wallClockMs());
  }

  /** What a topic's metadata said that no retry mends; told once. */
  takeMetadataException(): ConsumerException | undefined {
    const exception = this.#metadataException;
    this.#metadataException = undefined;
    return exception;
  }

  /** After how long another look at what waits makes sense. */
  unsentDelayMs(nowMs: number): number {
    let delayMs = this.#parts.config.retryBackoffMs;
    for (const { node } of this.#unsent) {
      if (node === undefined) continue;
      // While it connects, the network says when it is done.
      const nodeDelayMs = this.#parts.sockets.pollDelayMs(node.nodeId, nowMs);
      if (nodeDelayMs > 0) delayMs = Math.min(delayMs, nodeDelayMs);
    }
    return delayMs;
  }

  trySend(nowMs: number): void {
    if (this.#unsent.length === 0) return;
    const left: UnsentRequest[] = [];
    const waiting = this.#unsent;
    this.#unsent = [];
    for (const request of waiting) {
      if (nowMs >= request.deadlineMs) request.fail('expired', nowMs);
      else if (!this.#trySendOne(request, nowMs)) left.push(request);
    }
    // The handler of a request that expired may have added others.
    this.#unsent = [...left, ...this.#unsent];
  }

  /** `nowMs`: as of the beginning of the poll. */
  polled(nowMs: number, isClosing: boolean): void {
    this.#noteMetadataException();
    if (this.#unsent.length === 0) return;
    const waiting = this.#unsent;
    this.#unsent = [];
    const left: UnsentRequest[] = [];
    for (const request of waiting) {
      const { node } = request;
      if (node !== undefined && this.#parts.sockets.connectionFailed(node.nodeId)) {
        request.fail('disconnected', nowMs);
      } else if (node === undefined && isClosing) {
        request.fail('disconnected', nowMs);
      } else {
        left.push(request);
      }
    }
    this.#unsent = [...left, ...this.#unsent];
  }

  close(): void {
    this.#parts.sockets.close();
  }

  #add<K extends ApiKey>(message: OutgoingMessage<K>): void {
    const { context, config } = this.#parts;
    const timeoutMs = message.options.requestTimeoutMs ?? config.requestTimeoutMs;
    const deadlineMs = context.wallClockMs() + timeoutMs;
    this.#unsent.push(new BackgroundRequest(message, deadlineMs, this));
  }

  #trySendOne(request: UnsentRequest, nowMs: number): boolean {
    const { sockets } = this.#parts;
    const node = request.node ?? sockets.leastLoadedNode(nowMs).node;
    if (node === undefined || this.isUnavailable(node)) return false;
    if (!sockets.ready(node, nowMs)) return false;
    request.transmit(sockets, node, nowMs);
    return true;
  }

  #noteMetadataException(): void {
    const fault = this.#parts.metadata.takeAnyTopicFault();
    if (fault === undefined) return;
    this.#metadataException = failureOfError(fault.fault);
  }
}

interface OutgoingMessage<K extends ApiKey> {
  /** Undefined: any. */
  readonly node: ClusterNode | undefined;
  readonly apiKey: K;
  readonly body: RequestBodies[K];
  readonly handler: BackgroundHandler;
  readonly options: RequestOptions;
}

interface UnsentRequest {
  readonly node: ClusterNode | undefined;
  readonly deadlineMs: number;
  readonly transmit: (sockets: NetworkClient, node: ClusterNode, nowMs: number) => void;
  readonly fail: (failure: RequestFailure, nowMs: number) => void;
}

class BackgroundRequest<K extends ApiKey> implements UnsentRequest, ResponseHandler {
  readonly deadlineMs: number;
  readonly #message: OutgoingMessage<K>;
  readonly #counter: { replies: number };

  constructor(message: OutgoingMessage<K>, deadlineMs: number, counter: { replies: number }) {
    this.#message = message;
    this.deadlineMs = deadlineMs;
    this.#counter = counter;
  }

  get node(): ClusterNode | undefined {
    return this.#message.node;
  }

  transmit(sockets: NetworkClient, { nodeId }: ClusterNode, nowMs: number): void {
    const { apiKey, body, options } = this.#message;
    const requestTimeoutMs = this.deadlineMs - nowMs;
    sockets.send(nodeId, apiKey, body, { ...options, handler: this, requestTimeoutMs }, nowMs);
  }

  fail(failure: RequestFailure, nowMs: number): void {
    this.#counter.replies += 1;
    this.#message.handler.failed(failure, nowMs);
  }

  completed({ outcome, response, receivedMs }: ClientResponse): void {
    this.#counter.replies += 1;
    const { handler } = this.#message;
    if (response !== undefined) handler.answered(response, receivedMs);
    else if (outcome === 'unsupported' && handler.unsupported !== undefined) {
      handler.unsupported(receivedMs);
    } else handler.failed('disconnected', receivedMs);
  }
}
