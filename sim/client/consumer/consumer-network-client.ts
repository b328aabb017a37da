import { empty } from '../../kernel/lists.ts';
import { type Context } from '../../kernel/process.ts';
import {
  Api,
  type ApiKey,
  type Frame,
  type RequestBodies,
  type Response,
} from '../../protocol/api.ts';
import { type ConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { type Fact } from '../../trace.ts';
import { type ClientResponse, type ResponseHandler } from '../in-flight-request.ts';
import { type ClusterNode } from '../metadata-snapshot.ts';
import { type Metadata } from '../metadata.ts';
import { type NetworkClient, type SendOptions } from '../network-client.ts';
import { type ConsumerException } from './consumer-exception.ts';
import {
  type ReplyHandler,
  type RequestFailure,
  type RequestOptions,
  type RequestSender,
} from './request-sender.ts';

/** For how long a poll may wait (`ConsumerNetworkClient.PollCondition`). */
export interface PollCondition {
  /** False once there is something else to do: then the poll only looks at what has come in. */
  readonly mayWait: boolean;
}

const notWaiting: PollCondition = { mayWait: false };

/** No poll lasts longer (`ConsumerNetworkClient.MAX_POLL_TIMEOUT_MS`). */
const maxPollMs = 5_000;

/**
 * The network as the consumer's application thread uses it (`ConsumerNetworkClient`): requests wait
 * until their node is ready, and answers are taken in only while the application polls.
 */
export class ConsumerNetworkClient implements RequestSender {
  readonly #network: NetworkClient;
  readonly #metadata: Metadata;
  readonly #config: ConsumerConfig;
  readonly #context: Context<Frame, Fact>;
  readonly #maxPollMs: number;
  readonly #unsent = new Map<number, UnsentRequest[]>();
  /** Nodes whose connection the next poll closes. */
  #disconnecting: ClusterNode[] = [];
  /** Over, but their handlers have not been called yet. */
  readonly #ended: EndedRequest[] = [];
  /** How many of them have been called by now. */
  #called = 0;
  /** The metadata in which faults of topics were looked for. */
  #checkedVersion = 0;
  #isWoken = false;
  #mayWake = true;
  /** Its own sends and handlers wake the selector, too: the next wait ends at once. */
  #endsNextWait = false;
  /** The poll that goes on is one for no time. */
  #isHasty = false;

  constructor(
    context: Context<Frame, Fact>,
    network: NetworkClient,
    metadata: Metadata,
    config: ConsumerConfig,
  ) {
    this.#context = context;
    this.#network = network;
    this.#metadata = metadata;
    this.#config = config;
    // Kafka does not let a poll starve the heartbeats, whether there are any or not.
    this.#maxPollMs = Math.min(config.heartbeatIntervalMs, maxPollMs);
  }

  send<K extends ApiKey>(
    node: ClusterNode,
    apiKey: K,
    body: RequestBodies[K],
    handler: ReplyHandler,
    { requestTimeoutMs = this.#config.requestTimeoutMs, maxVersion }: RequestOptions = {},
  ): void {
    const request = new ConsumerRequest(node, apiKey, body, handler, {
      requestTimeoutMs,
      maxVersion,
      ended: this.#ended,
      createdMs: this.#context.wallClockMs(),
    });
    const waiting = this.#unsent.get(node.nodeId);
    if (waiting === undefined) this.#unsent.set(node.nodeId, [request]);
    else waiting.push(request);
    this.#endsNextWait = true;
  }

  /** Whether a request would only fail, since the node cannot be connected to yet. */
  isUnavailable({ nodeId }: ClusterNode): boolean {
    if (!this.#network.connectionFailed(nodeId)) return false;
    return this.#network.connectionDelayMs(nodeId, this.#context.wallClockMs()) > 0;
  }

  /** Whether the node has said which requests it understands. */
  knowsVersionsOf({ nodeId }: ClusterNode): boolean {
    return this.#network.maxVersionOf(nodeId, Api.apiVersions) !== undefined;
  }

  tryConnect(node: ClusterNode): void {
    this.#network.ready(node, this.#context.wallClockMs());
  }

  leastLoadedNode(): ClusterNode | undefined {
    return this.#network.leastLoadedNode(this.#context.wallClockMs()).node;
  }

  get hasPendingRequests(): boolean {
    return this.#unsent.size > 0 || this.#network.hasInFlightRequests;
  }

  hasRequestsTo({ nodeId }: ClusterNode): boolean {
    return this.#unsent.has(nodeId) || this.#network.inFlightCountOf(nodeId) > 0;
  }

  get hasReadyNodes(): boolean {
    return this.#network.hasReadyNodes(this.#context.wallClockMs());
  }

  /** Closes the connection in the next poll, and lets all requests to the node fail. */
  disconnectSoon(node: ClusterNode): void {
    this.#disconnecting.push(node);
  }

  /** Lets the call that goes on, or else the next one, throw `WakeupException`. */
  wakeUp(): void {
    this.#isWoken = true;
  }

  /** From now on nobody is woken up. */
  disableWakeups(): void {
    this.#mayWake = false;
  }

  takeWakeup(): ConsumerException | undefined {
    if (!this.#isWoken || !this.#mayWake) return undefined;
    this.#isWoken = false;
    return { name: 'WakeupException', partitions: [] };
  }

  /**
   * First half of a poll: sends what can be sent. Returns how many milliseconds to wait at most before
   * `endPoll`.
   */
  beginPoll(timeoutMs: number, condition: PollCondition): number {
    this.#callHandlers();
    this.#isHasty = timeoutMs === 0;
    const nowMs = this.#context.wallClockMs();
    this.#disconnect(nowMs);
    let waitMs = Math.min(timeoutMs, this.#trySend(nowMs));
    if (this.#ended.length > 0 || !condition.mayWait || this.#isWoken || this.#endsNextWait) {
      waitMs = 0;
    }
    this.#endsNextWait = false;
    if (!this.#network.hasInFlightRequests) waitMs = Math.min(waitMs, this.#config.retryBackoffMs);
    return this.#network.beginPoll(waitMs, nowMs);
  }

  /** Second half: takes in what has come. @returns What the call that polls has to throw. */
  endPoll(): ConsumerException | undefined {
    const nowMs = this.#context.wallClockMs();
    this.#network.endPoll(nowMs);
    if (this.#unsent.size > 0) this.#failUnreachable();
    const wakeup = this.takeWakeup();
    if (wakeup !== undefined) return wakeup;
    // A poll for no time does not see that what it has sent was written, and so sends no more.
    if (!this.#isHasty) this.#trySend(nowMs);
    this.#finishPoll(nowMs);
    return this.#takeMetadataException();
  }

  /** A poll that does not wait, and leaves a wakeup to the next one. @returns What is to be thrown. */
  pollNoWakeup(): ConsumerException | undefined {
    this.pollInHandler();
    return this.#takeMetadataException();
  }

  /** The same inside of a handler: what is to be thrown is left to the poll that has called it. */
  pollInHandler(): void {
    this.beginPoll(0, notWaiting);
    const nowMs = this.#context.wallClockMs();
    this.#network.endPoll(nowMs);
    if (this.#unsent.size > 0) this.#failUnreachable();
    this.#trySend(nowMs);
    this.#finishPoll(nowMs);
  }

  /** Sends what can be sent, and looks once at what has come in, without calling a handler. */
  transmitSends(): void {
    const nowMs = this.#context.wallClockMs();
    this.#trySend(nowMs);
    this.#endsNextWait = false;
    this.#network.beginPoll(0, nowMs);
    this.#network.endPoll(nowMs);
  }

  close(): void {
    this.#network.close();
  }

  #finishPoll(nowMs: number): void {
    if (this.#unsent.size > 0) this.#failExpired(nowMs);
    this.#callHandlers();
  }

  /** Returns after how many milliseconds it makes sense to try again. */
  #trySend(nowMs: number): number {
    let delayMs = this.#maxPollMs;
    if (this.#unsent.size === 0) return delayMs;
    for (const [nodeId, requests] of this.#unsent) {
      delayMs = Math.min(delayMs, this.#network.pollDelayMs(nodeId, nowMs));
      let sent = 0;
      for (const request of requests) {
        if (!this.#network.ready(request.node, nowMs)) break;
        request.transmit(this.#network, nowMs);
        sent += 1;
      }
      if (sent === requests.length) this.#unsent.delete(nodeId);
      else if (sent > 0) requests.splice(0, sent);
    }
    return delayMs;
  }

  #disconnect(nowMs: number): void {
    if (this.#disconnecting.length === 0) return;
    for (const { nodeId } of this.#disconnecting) {
      this.#ended.push(...(this.#unsent.get(nodeId) ?? []));
      this.#unsent.delete(nodeId);
      this.#network.disconnect(nodeId, nowMs);
    }
    this.#disconnecting = [];
  }

  #failUnreachable(): void {
    for (const [nodeId, requests] of this.#unsent) {
      if (!this.#network.connectionFailed(nodeId)) continue;
      this.#unsent.delete(nodeId);
      this.#ended.push(...requests);
    }
  }

  #failExpired(nowMs: number): void {
    for (const [nodeId, requests] of this.#unsent) {
      // The oldest are in front: what stands behind one that may still wait is not looked at.
      const young = requests.findIndex(
        ({ createdMs, requestTimeoutMs }) => nowMs - createdMs <= requestTimeoutMs,
      );
      const expired = requests.splice(0, young < 0 ? requests.length : young);
      if (requests.length === 0) this.#unsent.delete(nodeId);
      for (const request of expired) request.expire();
    }
  }

  #callHandlers(): void {
    const ended = this.#ended;
    if (ended.length === 0) return;
    // A handler may end further requests, or poll and so call their handlers itself.
    for (let next = ended[this.#called]; next !== undefined; next = ended[this.#called]) {
      this.#called += 1;
      next.callHandler();
    }
    empty(ended);
    this.#called = 0;
    this.#endsNextWait = true;
  }

  #takeMetadataException(): ConsumerException | undefined {
    const { updateVersion } = this.#metadata;
    if (updateVersion === this.#checkedVersion) return undefined;
    this.#checkedVersion = updateVersion;
    const fault = this.#metadata.takeAnyTopicFault();
    if (fault === undefined) return undefined;
    const isInvalid = fault.fault === 'INVALID_TOPIC_EXCEPTION';
    return {
      name: isInvalid ? 'InvalidTopicException' : 'TopicAuthorizationException',
      partitions: [],
    };
  }
}

interface EndedRequest {
  readonly callHandler: () => void;
}

interface UnsentRequest extends EndedRequest {
  readonly node: ClusterNode;
  readonly createdMs: number;
  readonly requestTimeoutMs: number;
  readonly transmit: (network: NetworkClient, nowMs: number) => void;
  /** It could not be sent in time. */
  readonly expire: () => void;
}

interface ConsumerRequestOptions {
  readonly requestTimeoutMs: number;
  readonly maxVersion: number | undefined;
  readonly ended: EndedRequest[];
  readonly createdMs: number;
}

/** Remembers its outcome until the application polls. */
class ConsumerRequest<K extends ApiKey> implements ResponseHandler, UnsentRequest {
  readonly node: ClusterNode;
  readonly createdMs: number;
  readonly requestTimeoutMs: number;
  readonly #apiKey: K;
  readonly #body: RequestBodies[K];
  readonly #handler: ReplyHandler;
  readonly #ended: EndedRequest[];
  readonly #options: SendOptions;
  #response: Response | undefined = undefined;
  #failure: RequestFailure = 'disconnected';

  constructor(
    node: ClusterNode,
    apiKey: K,
    body: RequestBodies[K],
    handler: ReplyHandler,
    { ended, createdMs, requestTimeoutMs, maxVersion }: ConsumerRequestOptions,
  ) {
    this.node = node;
    this.createdMs = createdMs;
    this.requestTimeoutMs = requestTimeoutMs;
    this.#apiKey = apiKey;
    this.#body = body;
    this.#handler = handler;
    this.#ended = ended;
    this.#options = { handler: this, requestTimeoutMs, maxVersion };
  }

  transmit(network: NetworkClient, nowMs: number): void {
    network.send(this.node.nodeId, this.#apiKey, this.#body, this.#options, nowMs);
  }

  completed({ response }: ClientResponse): void {
    this.#response = response;
    this.#ended.push(this);
  }

  expire(): void {
    this.#failure = 'expired';
    this.#ended.push(this);
  }

  callHandler(): void {
    if (this.#response === undefined) this.#handler.failed(this.#failure);
    else this.#handler.answered(this.#response);
  }
}
