import { assert, present } from '../kernel/assert.ts';
import { empty } from '../kernel/lists.ts';
import { type Connection, type Context } from '../kernel/process.ts';
import { type Random } from '../kernel/random.ts';
import { milliseconds } from '../kernel/time.ts';
import { type Resolve } from '../protocol/addresses.ts';
import {
  Api,
  type ApiKey,
  type Frame,
  frameOverheadBytes,
  newestVersion,
  type RequestBodies,
  type Response,
} from '../protocol/api.ts';
import { type ClientConfig } from '../protocol/config/client-config.ts';
import { requestFrame } from '../protocol/frames.ts';
import { type ApiVersionsResponse } from '../protocol/messages/api-versions-response.ts';
import { type MetadataRequest } from '../protocol/messages/metadata-request.ts';
import { type Fact } from '../trace.ts';
import { FinalizedFeatures } from './finalized-features.ts';
import {
  type ClientResponse,
  type InFlightRequest,
  type ResponseHandler,
} from './in-flight-request.ts';
import { type LeastLoadedNode, leastLoadedNode } from './least-loaded-node.ts';
import { type Metadata } from './metadata.ts';
import { type ClusterNode } from './metadata-snapshot.ts';
import { type MetadataTransport, MetadataUpdater } from './metadata-updater.ts';
import { type ConnectionBackoffs, connectionBackoffs, NodeConnection } from './node-connection.ts';
import { Selector } from './selector.ts';

export interface NetworkClientOptions {
  readonly context: Context<Frame, Fact>;
  readonly resolve: Resolve;
  readonly config: ClientConfig;
  readonly metadata: Metadata;
  readonly maxInFlightRequestsPerConnection: number;
}

/** How a request is sent; what is left out has the usual value. */
export interface SendOptions {
  /** Is told what became of the request, in `endPoll`. */
  readonly handler: ResponseHandler;
  /** Default: `request.timeout.ms`. */
  readonly requestTimeoutMs?: number;
  /** Default: about what a request without record batches has. */
  readonly sizeInBytes?: number;
  /** False for a Produce with acks=0: it is over when it is written. */
  readonly expectsResponse?: boolean;
  /** The newest version that may be used, if not the newest of all. */
  readonly maxVersion?: number | undefined;
}

/**
 * The network layer of a client, as the Java clients have it (`NetworkClient`, `Selector`): at most one
 * connection per node id, requests in flight in order, timeouts that close the whole connection, and
 * metadata kept up to date on the side.
 *
 * How a client uses it. The client's `Process` hands over `connected`, `received` and `disconnected`;
 * they are only remembered. Everything happens in the client's poll, which is cut in two, since a
 * process cannot block: `beginPoll` writes and says how long to wait at most, the client sets one timer,
 * and `endPoll` reads, when the timer fires, `hasEvents` becomes true, or the client wakes itself up.
 * Between the two the client does nothing. `endPoll` calls the handlers of all requests that are over,
 * and there the client may send, disconnect and so on. A client with an I/O thread lets a `PollLoop` do
 * all this. Node ids name connections: -1, -2 … are bootstrap servers, and a second connection to a
 * broker is one to another id with the same address (Kafka uses 2147483647 - id for coordinators).
 *
 * `nowMs` is the client's wall clock, which is what the Java clients measure all their times with.
 */
export class NetworkClient implements MetadataTransport {
  /** What the cluster has agreed on, as far as any node has said. */
  readonly features = new FinalizedFeatures();
  readonly #selector: Selector;
  readonly #config: ClientConfig;
  readonly #metadata: Metadata;
  readonly #updater: MetadataUpdater;
  readonly #maxInFlight: number;
  readonly #backoffs: ConnectionBackoffs;
  readonly #choice: Random;
  readonly #nodes = new Map<number, NodeConnection>();
  #nextCorrelationId = 0;
  #inFlightCount = 0;
  /** No request has timed out up to here: spares the look at each. */
  #timeoutNotBeforeMs = Infinity;
  /** The same of connections that are being set up. */
  #setupTimeoutNotBeforeMs = Infinity;

  /** Requests that were given up outside of a poll; the next poll does nothing but report them. */
  #aborted: ClientResponse[] = [];
  #reportsAborted = false;
  #completed: ClientResponse[] = [];

  constructor(options: NetworkClientOptions) {
    const { context, config } = options;
    const maxIdle = milliseconds(config.connectionsMaxIdleMs);
    this.#selector = new Selector(context, options.resolve, maxIdle);
    this.#config = config;
    this.#metadata = options.metadata;
    this.#maxInFlight = options.maxInFlightRequestsPerConnection;
    this.#updater = new MetadataUpdater(options.metadata, this, config);
    this.#backoffs = connectionBackoffs(config, context.random('connection-backoff'));
    this.#choice = context.random('least-loaded-node');
  }

  // What the process hears.

  connected(connection: Connection): void {
    this.#selector.connectionEstablished(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#selector.frameReceived(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#selector.connectionLost(connection);
  }

  /** Something has come in that the next `endPoll` will deal with: a poll that waits is over. */
  get hasEvents(): boolean {
    return this.#selector.hasEvents;
  }

  // What the client asks.

  /** Whether a request can be sent to the node now; if it is not connected, begins to connect. */
  ready(node: ClusterNode, nowMs: number): boolean {
    if (this.isReady(node.nodeId, nowMs)) return true;
    if (this.canConnect(node.nodeId, nowMs)) this.connect(node, nowMs);
    return false;
  }

  /** Whether a request can be sent to the node now. Never while a metadata update is due. */
  isReady(nodeId: number, nowMs: number): boolean {
    return this.canSend(nodeId, nowMs) && !this.#updater.isUpdateDue(nowMs);
  }

  canSend(nodeId: number, nowMs: number): boolean {
    return this.#nodes.get(nodeId)?.canSend(nowMs, this.#maxInFlight) ?? false;
  }

  canConnect(nodeId: number, nowMs: number): boolean {
    return this.#nodes.get(nodeId)?.canConnect(nowMs) ?? true;
  }

  /** Whether the last attempt to connect has failed, or the connection was lost. */
  connectionFailed(nodeId: number): boolean {
    return this.#nodes.get(nodeId)?.state === 'disconnected';
  }

  /** Milliseconds until the node may be connected to, or its connection is given up; or Infinity. */
  connectionDelayMs(nodeId: number, nowMs: number): number {
    return this.#nodes.get(nodeId)?.connectionDelayMs(nowMs) ?? 0;
  }

  /** The same, or as long as the node throttles this client. */
  pollDelayMs(nodeId: number, nowMs: number): number {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return 0;
    const throttle = node.throttleDelayMs(nowMs);
    return node.isConnected && throttle > 0 ? throttle : node.connectionDelayMs(nowMs);
  }

  /** Milliseconds until a request may take too long; or Infinity. */
  nextTimeoutMs(nowMs: number): number {
    return Math.max(this.#timeoutNotBeforeMs + 1 - nowMs, 1);
  }

  get hasInFlightRequests(): boolean {
    return this.#inFlightCount > 0;
  }

  get inFlightCount(): number {
    return this.#inFlightCount;
  }

  inFlightCountOf(nodeId: number): number {
    return this.#nodes.get(nodeId)?.inFlightCount ?? 0;
  }

  hasReadyNodes(nowMs: number): boolean {
    for (const node of this.#nodes.values()) if (node.isReady(nowMs)) return true;
    return false;
  }

  isAnyNodeConnecting(): boolean {
    return this.#metadata.snapshot.nodes.some(
      ({ nodeId }) => this.#nodes.get(nodeId)?.state === 'connecting',
    );
  }

  /** The newest version of a request that the connected node has; `undefined` if not known. */
  maxVersionOf(nodeId: number, apiKey: ApiKey): number | undefined {
    return this.#nodes.get(nodeId)?.versions.get(apiKey)?.maxVersion;
  }

  /** The node for a request that any can answer: of equals, a random one. */
  leastLoadedNode(nowMs: number): LeastLoadedNode {
    const { nodes } = this.#metadata.snapshot;
    const first = nodes.length > 1 ? this.#choice.below(nodes.length) : 0;
    const connectionOf = (nodeId: number): NodeConnection | undefined => this.#nodes.get(nodeId);
    return leastLoadedNode({ nodes, first, connectionOf, maxInFlight: this.#maxInFlight, nowMs });
  }

  // What the client does.

  /**
   * Sends a request to a node that is ready. Returns its correlation id. If the node has no version of
   * it, the request is not sent and the next poll reports it as `unsupported`.
   */
  send<K extends ApiKey>(
    nodeId: number,
    apiKey: K,
    body: RequestBodies[K],
    options: SendOptions,
    nowMs: number,
  ): number {
    assert(this.canSend(nodeId, nowMs), 'requests are sent to nodes that are ready');
    const node = present(this.#nodes.get(nodeId), 'connection');
    const apiVersion = usableVersion(node, apiKey, options.maxVersion);
    const request = {
      nodeId,
      apiKey,
      apiVersion: apiVersion ?? newestVersion[apiKey],
      correlationId: this.#takeCorrelationId(),
      expectsResponse: options.expectsResponse ?? true,
      requestTimeoutMs: options.requestTimeoutMs ?? this.#config.requestTimeoutMs,
      sentMs: nowMs,
      handler: options.handler,
      throttledMs: 0,
    };
    if (apiVersion === undefined) {
      const response = undefined;
      this.#aborted.push({ request, outcome: 'unsupported', response, receivedMs: nowMs });
    } else {
      this.#transmit(node, request, apiKey, body, options.sizeInBytes ?? frameOverheadBytes);
    }
    return request.correlationId;
  }

  sendMetadataRequest(nodeId: number, request: MetadataRequest, nowMs: number): void {
    this.#sendInternal(present(this.#nodes.get(nodeId), 'node'), Api.metadata, request, nowMs);
  }

  /** Begins to open the connection of a node that has none. */
  connect(node: ClusterNode, nowMs: number): void {
    const known = this.#nodes.get(node.nodeId);
    const connecting = known ?? new NodeConnection(node, this.#backoffs);
    if (known === undefined) this.#nodes.set(node.nodeId, connecting);
    connecting.connecting(node, nowMs);
    this.#noteSetup(connecting);
    this.#selector.open(connecting);
  }

  /** Closes the connection; the next poll reports its requests as disconnected, and does only that. */
  disconnect(nodeId: number, nowMs: number): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined || node.state === 'disconnected') return;
    this.#selector.close(node);
    this.#cancelRequests(node, nowMs, 'disconnected', this.#aborted);
    node.disconnected(nowMs);
  }

  /** Closes the connection and forgets it; nothing is reported of its requests. */
  closeNode(nodeId: number, nowMs: number): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return;
    this.#selector.close(node);
    this.#cancelRequests(node, nowMs, 'disconnected', undefined);
    this.#nodes.delete(nodeId);
  }

  /** Closes all connections for good; nothing is reported of requests in flight. */
  close(): void {
    for (const node of this.#nodes.values()) this.#selector.close(node);
    this.#nodes.clear();
    this.#metadata.close();
  }

  /**
   * First half of a poll: asks for metadata if that is due. Returns how many milliseconds to wait at most
   * before `endPoll`; 0 if there is something to do at once.
   */
  beginPoll(timeoutMs: number, nowMs: number): number {
    this.#reportsAborted = this.#aborted.length > 0;
    if (this.#reportsAborted) return 0;
    const metadataTimeout = this.#updater.maybeUpdate(nowMs);
    // What was sent is written at once, and then the selector returns.
    if (this.#selector.writing.length > 0 || this.hasEvents) return 0;
    return Math.min(timeoutMs, metadataTimeout, this.#config.requestTimeoutMs);
  }

  /** Second half of a poll: deals with all that has come in or taken too long, and calls handlers. */
  endPoll(nowMs: number): void {
    if (this.#reportsAborted) {
      this.#reportsAborted = false;
      const aborted = this.#aborted;
      this.#aborted = [];
      for (const response of aborted) response.request.handler?.completed(response);
      return;
    }
    this.#finishWrites(nowMs);
    this.#takeReceived(nowMs);
    this.#selector.closeIdle(this.#nodes);
    this.#takeDisconnected(nowMs);
    this.#askApiVersions(nowMs);
    this.#giveUpConnecting(nowMs);
    this.#giveUpWaiting(nowMs);
    if (this.#updater.needsRebootstrap(nowMs)) this.#rebootstrap(nowMs);
    this.#reportCompleted();
  }

  #reportCompleted(): void {
    if (this.#completed.length === 0) return;
    const completed = this.#completed;
    this.#completed = [];
    for (const response of completed) response.request.handler?.completed(response);
  }

  #finishWrites(nowMs: number): void {
    for (const node of this.#selector.writing) {
      node.isWriting = false;
      const request = node.takeUnanswered();
      if (request === undefined) continue;
      this.#inFlightCount -= 1;
      const response = undefined;
      this.#completed.push({ request, outcome: 'answered', response, receivedMs: nowMs });
    }
    empty(this.#selector.writing);
  }

  #takeReceived(nowMs: number): void {
    const { received, receivers } = this.#selector;
    if (received.length === 0) return;
    this.#selector.markActive(receivers);
    for (const [index, response] of received.entries()) {
      this.#takeResponse(present(receivers[index], 'receiver'), response, nowMs);
    }
    empty(received);
    empty(receivers);
  }

  #takeResponse(node: NodeConnection, response: Response, nowMs: number): void {
    const request = present(node.takeOldest(), 'request of the response');
    assert(request.correlationId === response.correlationId, 'responses come in order');
    this.#inFlightCount -= 1;
    const throttleTimeMs = 'throttleTimeMs' in response.body ? response.body.throttleTimeMs : 0;
    if (throttleTimeMs > 0) node.throttle(nowMs + throttleTimeMs, throttleTimeMs);
    if (request.handler !== undefined) {
      this.#completed.push({ request, outcome: 'answered', response, receivedMs: nowMs });
    } else if (response.apiKey === Api.metadata) {
      this.#updater.answered(response.body, nowMs);
    } else if (response.apiKey === Api.apiVersions) {
      this.#takeApiVersions(node, response.body);
    }
  }

  #takeApiVersions(node: NodeConnection, answer: ApiVersionsResponse): void {
    if (answer.errorCode !== 'NONE') {
      this.#selector.disconnected.push(node);
      return;
    }
    node.learnVersions(answer);
    this.features.update(answer);
    node.ready();
  }

  #takeDisconnected(nowMs: number): void {
    if (this.#selector.disconnected.length === 0) return;
    const lost = this.#selector.disconnected.splice(0);
    for (const node of lost) this.#lose(node, nowMs, 'disconnected');
  }

  #askApiVersions(nowMs: number): void {
    for (const node of this.#selector.established) {
      if (node.state !== 'connecting') continue;
      node.checkingApiVersions();
      const software = { clientSoftwareName: 'apache-kafka-java', clientSoftwareVersion: '4.3.1' };
      this.#sendInternal(node, Api.apiVersions, software, nowMs);
    }
    empty(this.#selector.established);
  }

  #giveUpConnecting(nowMs: number): void {
    if (nowMs <= this.#setupTimeoutNotBeforeMs) return;
    for (const node of this.#nodes.values()) {
      if (node.isSetupTimedOut(nowMs)) this.#lose(node, nowMs, 'timedOut');
    }
    this.#setupTimeoutNotBeforeMs = Infinity;
    for (const node of this.#nodes.values()) this.#noteSetup(node);
  }

  #giveUpWaiting(nowMs: number): void {
    if (nowMs <= this.#timeoutNotBeforeMs) return;
    for (const node of this.#nodes.values()) {
      if (node.hasTimedOutRequest(nowMs)) this.#lose(node, nowMs, 'timedOut');
    }
    this.#timeoutNotBeforeMs = Infinity;
    for (const node of this.#nodes.values()) this.#noteTimeout(node.timeoutNotBeforeMs);
  }

  #rebootstrap(nowMs: number): void {
    for (const { nodeId } of this.#metadata.snapshot.nodes) {
      const node = this.#nodes.get(nodeId);
      if (node === undefined || node.state === 'disconnected') continue;
      this.#lose(node, nowMs, 'disconnected');
    }
    this.#updater.rebootstrap(nowMs);
  }

  /** The connection is gone: all its requests are over, and metadata may be old. */
  #lose(node: NodeConnection, nowMs: number, outcome: 'disconnected' | 'timedOut'): void {
    this.#selector.close(node);
    node.disconnected(nowMs);
    this.#cancelRequests(node, nowMs, outcome, this.#completed);
    this.#updater.serverDisconnected(nowMs);
  }

  #cancelRequests(
    node: NodeConnection,
    nowMs: number,
    outcome: 'disconnected' | 'timedOut',
    into: ClientResponse[] | undefined,
  ): void {
    for (const request of node.takeAll()) {
      this.#inFlightCount -= 1;
      if (request.handler !== undefined) {
        into?.push({ request, outcome, response: undefined, receivedMs: nowMs });
      } else if (request.apiKey === Api.metadata) {
        this.#updater.failed(nowMs);
      }
    }
  }

  #sendInternal<K extends ApiKey>(
    node: NodeConnection,
    apiKey: K,
    body: RequestBodies[K],
    nowMs: number,
  ): void {
    const request = {
      nodeId: node.nodeId,
      apiKey,
      apiVersion: usableVersion(node, apiKey, undefined) ?? newestVersion[apiKey],
      correlationId: this.#takeCorrelationId(),
      expectsResponse: true,
      requestTimeoutMs: this.#config.requestTimeoutMs,
      sentMs: nowMs,
      handler: undefined,
      throttledMs: 0,
    };
    this.#transmit(node, request, apiKey, body, frameOverheadBytes);
  }

  #transmit<K extends ApiKey>(
    node: NodeConnection,
    request: InFlightRequest,
    apiKey: K,
    body: RequestBodies[K],
    sizeInBytes: number,
  ): void {
    const { apiVersion, correlationId } = request;
    const header = { apiVersion, correlationId, clientId: this.#config.clientId, sizeInBytes };
    node.addRequest(request);
    this.#inFlightCount += 1;
    this.#noteTimeout(request.sentMs + request.requestTimeoutMs);
    this.#selector.send(node, requestFrame(apiKey, header, body));
  }

  #noteSetup(node: NodeConnection): void {
    const notBeforeMs = node.setupTimeoutNotBeforeMs;
    if (notBeforeMs < this.#setupTimeoutNotBeforeMs) this.#setupTimeoutNotBeforeMs = notBeforeMs;
  }

  #noteTimeout(notBeforeMs: number): void {
    if (notBeforeMs < this.#timeoutNotBeforeMs) this.#timeoutNotBeforeMs = notBeforeMs;
  }

  #takeCorrelationId(): number {
    const id = this.#nextCorrelationId;
    this.#nextCorrelationId += 1;
    return id;
  }
}

/** The newest version that both have; all of ours while the node's are not known. */
function usableVersion(
  node: NodeConnection,
  apiKey: ApiKey,
  maxVersion: number | undefined,
): number | undefined {
  const newest = Math.min(newestVersion[apiKey], maxVersion ?? Infinity);
  if (node.state !== 'ready') return newest;
  const range = node.versions.get(apiKey);
  if (range === undefined || range.minVersion > newest) return undefined;
  return Math.min(newest, range.maxVersion);
}
