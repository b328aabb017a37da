import { type Connection, type Context } from '../../kernel/process.ts';
import { type Endpoint, type Resolve } from '../../protocol/addresses.ts';
import { type Frame } from '../../protocol/api.ts';
import { type AdminConfig } from '../../protocol/config/admin-config.ts';
import { type Fact } from '../../trace.ts';
import { clientBackoff, ExponentialBackoff } from '../exponential-backoff.ts';
import { type ClientResponse } from '../in-flight-request.ts';
import { type ClusterNode } from '../metadata-snapshot.ts';
import { NetworkClient } from '../network-client.ts';
import { type IoThread, PollLoop } from '../poll-loop.ts';
import { type AdminCall, type CallException, type OpenCall } from './admin-call.ts';
import { AdminMetadata } from './admin-metadata.ts';

export interface AdminClientOptions {
  readonly context: Context<Frame, Fact>;
  readonly config: AdminConfig;
  readonly bootstrap: readonly Endpoint[];
  readonly resolve: Resolve;
}

/** No poll lasts longer (`AdminClientRunnable.processRequests`). */
const maxPollMs = 1_200_000;

const maxInFlightRequestsPerConnection = 1;

interface AnsweredCall {
  readonly open: OpenCall;
  readonly response: ClientResponse;
}

/** Calls that wait for a node, and until when it has to be ready. */
interface NodeQueue {
  readonly node: ClusterNode;
  readonly calls: OpenCall[];
  readyDeadlineMs: number;
}

/**
 * Sends calls to the nodes that can serve them, one at a time to each node, and again until they are
 * answered (`KafkaAdminClient.AdminClientRunnable`):
 *
 * | a call is   | until                            | then                                          |
 * |-------------|----------------------------------|-----------------------------------------------|
 * | pending     | a node is known for it           | queued                                        |
 * | queued      | its node is ready and free       | in flight; pending if the node fails, or new metadata come |
 * | in flight   | answered, or the connection lost | over; pending after a backoff                 |
 *
 * and over whenever its deadline has passed.
 */
export class AdminClient implements IoThread {
  readonly #context: Context<Frame, Fact>;
  readonly #config: AdminConfig;
  readonly #metadata: AdminMetadata;
  readonly #network: NetworkClient;
  readonly #loop: PollLoop;
  readonly #backoff: ExponentialBackoff;
  readonly #pending: OpenCall[] = [];
  readonly #queues = new Map<number, NodeQueue>();
  readonly #inFlight = new Map<number, OpenCall>();
  /** Came in with the last poll. */
  #answered: AnsweredCall[] = [];
  #hasNewMetadata = false;
  #closed: (() => void) | undefined = undefined;

  constructor({ context, config, bootstrap, resolve }: AdminClientOptions) {
    const random = context.random('client-backoff');
    this.#context = context;
    this.#config = config;
    this.#metadata = new AdminMetadata(config, bootstrap, random);
    const { metadata } = this.#metadata;
    metadata.addListener({
      metadataUpdated: () => {
        this.#hasNewMetadata = true;
      },
      metadataClosed: () => undefined,
    });
    this.#network = new NetworkClient({
      context,
      resolve,
      config,
      metadata,
      maxInFlightRequestsPerConnection,
    });
    const { retryBackoffMs: initialMs, retryBackoffMaxMs: maxMs } = config;
    this.#backoff = new ExponentialBackoff({ initialMs, maxMs, ...clientBackoff }, random);
    this.#loop = new PollLoop(context, this.#network, this);
    this.#loop.start();
  }

  connected(connection: Connection): void {
    this.#loop.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#loop.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#loop.disconnected(connection);
  }

  /** Begins a call; what is left out of `progress` is that of a new one. */
  call(call: AdminCall, progress: Partial<Omit<OpenCall, 'call'>> = {}): void {
    const nowMs = this.#context.wallClockMs();
    const open = { call, deadlineMs: this.deadline(), tries: 0, nextTryAtMs: 0, ...progress };
    if (open.tries > this.#config.retries) call.failed('TimeoutException', nowMs);
    else this.#pending.push(open);
    this.#loop.wakeUp();
  }

  /** When a call that begins now is over at the latest. */
  deadline(): number {
    return this.#context.wallClockMs() + this.#config.defaultApiTimeoutMs;
  }

  /** Ends the client when all calls are over. */
  close(closed: () => void): void {
    this.#closed = closed;
    this.#loop.wakeUp();
  }

  turn(nowMs: number): number {
    this.#unassign((queue) => this.#network.connectionFailed(queue.node.nodeId));
    this.#takeAnswers(nowMs);
    if (this.#closed !== undefined && !this.#hasOpenCalls) {
      this.#end(this.#closed);
      return 0;
    }
    const waits = [maxPollMs, this.#expire(nowMs), this.#assign(nowMs), this.#sendAll(nowMs)];
    if (this.#pending.length > 0) waits.push(this.#config.retryBackoffMs);
    return Math.max(Math.min(...waits), 0);
  }

  get #hasOpenCalls(): boolean {
    return this.#pending.length > 0 || this.#queues.size > 0 || this.#inFlight.size > 0;
  }

  #end(closed: () => void): void {
    this.#loop.stop();
    this.#network.close();
    closed();
  }

  /** Sends calls back whose node is not to be waited for any longer. */
  #unassign(mustGo: (queue: NodeQueue) => boolean): void {
    for (const [nodeId, queue] of this.#queues) {
      if (!mustGo(queue)) continue;
      this.#queues.delete(nodeId);
      this.#pending.push(...queue.calls);
    }
  }

  #takeAnswers(nowMs: number): void {
    if (this.#hasNewMetadata) this.#unassign(() => true);
    this.#hasNewMetadata = false;
    const answered = this.#answered;
    this.#answered = [];
    for (const { open, response } of answered) this.#take(open, response, nowMs);
  }

  #take(open: OpenCall, { outcome, response }: ClientResponse, nowMs: number): void {
    if (outcome === 'unsupported') this.#fail(open, 'UnsupportedVersionException', nowMs);
    else if (response === undefined) this.#fail(open, 'DisconnectException', nowMs);
    else this.#judge(open, open.call.answered(response, nowMs), nowMs);
  }

  #judge(open: OpenCall, verdict: ReturnType<AdminCall['answered']>, nowMs: number): void {
    if (verdict === 'notController') {
      this.#metadata.clearController();
      this.#fail(open, 'NotControllerException', nowMs);
    } else if (verdict === 'throttled') {
      this.call(open.call, { deadlineMs: open.deadlineMs });
    }
  }

  /** The attempt has failed (`Call.fail`): the call is over, or will be tried again. */
  #fail(open: OpenCall, exception: CallException, nowMs: number): void {
    open.nextTryAtMs = nowMs + this.#backoff.next(open.tries);
    open.tries += 1;
    if (nowMs >= open.deadlineMs) open.call.failed('TimeoutException', nowMs);
    else if (exception === 'UnsupportedVersionException') open.call.failed(exception, nowMs);
    else if (open.tries > this.#config.retries) open.call.failed('TimeoutException', nowMs);
    else if (exception !== 'DisconnectException' || open.call.takesDisconnect?.(nowMs) !== true) {
      this.#pending.push(open);
    }
  }

  /** Ends what has taken too long. Returns in how many milliseconds the next call has. */
  #expire(nowMs: number): number {
    let nextMs = Infinity;
    const isLate = ({ deadlineMs }: OpenCall): boolean => {
      if (nowMs > deadlineMs) return true;
      // In the millisecond of its deadline a call is not late yet; Kafka's thread spins until it is.
      nextMs = Math.min(nextMs, Math.max(deadlineMs - nowMs, 1));
      return false;
    };
    this.#expireIn(this.#pending, isLate, nowMs);
    for (const { calls } of this.#queues.values()) this.#expireIn(calls, isLate, nowMs);
    for (const [nodeId, open] of this.#inFlight) {
      // The next poll gives the call back.
      if (isLate(open)) this.#network.disconnect(nodeId, nowMs);
    }
    return nextMs;
  }

  #expireIn(calls: OpenCall[], isLate: (open: OpenCall) => boolean, nowMs: number): void {
    for (let index = calls.length - 1; index >= 0; index -= 1) {
      const open = calls[index];
      if (open === undefined || !isLate(open)) continue;
      calls.splice(index, 1);
      open.call.failed('TimeoutException', nowMs);
    }
  }

  /** Finds nodes for pending calls. Returns in how many milliseconds one more may be tried. */
  #assign(nowMs: number): number {
    let nextMs = Infinity;
    for (const open of this.#pending.splice(0)) {
      if (nowMs < open.nextTryAtMs) {
        nextMs = Math.min(nextMs, open.nextTryAtMs - nowMs);
        this.#pending.push(open);
        continue;
      }
      const node = this.#nodeFor(open.call, nowMs);
      if (node !== undefined) this.#enqueue(open, node);
      else if (!this.#takesUnknownBroker(open.call, nowMs)) this.#pending.push(open);
    }
    return nextMs;
  }

  /** Asks for metadata if there is none. */
  #nodeFor({ target }: AdminCall, nowMs: number): ClusterNode | undefined {
    const metadata = this.#metadata;
    if (target.kind === 'leastLoaded' && metadata.isReady) {
      return this.#network.leastLoadedNode(nowMs).node;
    }
    let node: ClusterNode | undefined;
    if (target.kind === 'controller') node = metadata.controller;
    else if (target.kind === 'broker') node = metadata.broker(target.brokerId);
    if (node === undefined) metadata.requestUpdate();
    return node;
  }

  #takesUnknownBroker(call: AdminCall, nowMs: number): boolean {
    if (call.target.kind !== 'broker' || !this.#metadata.isReady) return false;
    return call.takesUnknownBroker?.(nowMs) === true;
  }

  #enqueue(open: OpenCall, node: ClusterNode): void {
    const queue = this.#queues.get(node.nodeId);
    if (queue !== undefined) queue.calls.push(open);
    else this.#queues.set(node.nodeId, { node, calls: [open], readyDeadlineMs: Infinity });
  }

  /** Sends to each node that is ready and free. Returns after how many milliseconds to look again. */
  #sendAll(nowMs: number): number {
    let nextMs = Infinity;
    for (const [nodeId, queue] of this.#queues) {
      if (queue.calls.length === 0) this.#queues.delete(nodeId);
      else if (this.#inFlight.has(nodeId)) queue.readyDeadlineMs = Infinity;
      else if (this.#network.ready(queue.node, nowMs)) this.#sendNext(queue, nowMs);
      else nextMs = Math.min(nextMs, this.#awaitReady(queue, nowMs));
    }
    return nextMs;
  }

  #awaitReady(queue: NodeQueue, nowMs: number): number {
    const { nodeId } = queue.node;
    const delayMs = this.#network.pollDelayMs(nodeId, nowMs);
    if (queue.readyDeadlineMs === Infinity) {
      queue.readyDeadlineMs = nowMs + this.#config.requestTimeoutMs;
      return delayMs;
    }
    if (nowMs < queue.readyDeadlineMs) return Math.min(queue.readyDeadlineMs - nowMs, delayMs);
    this.#queues.delete(nodeId);
    this.#pending.push(...queue.calls);
    this.#network.disconnect(nodeId, nowMs);
    return Infinity;
  }

  /** The time that the node has taken to become ready is a part of the request's time. */
  #sendNext(queue: NodeQueue, nowMs: number): void {
    const { nodeId } = queue.node;
    const open = queue.calls.shift();
    if (queue.calls.length === 0) this.#queues.delete(nodeId);
    if (open === undefined) return;
    const longestMs = Math.min(queue.readyDeadlineMs - nowMs, this.#config.requestTimeoutMs);
    const timeoutMs = Math.max(Math.min(longestMs, open.deadlineMs - nowMs), 0);
    queue.readyDeadlineMs = Infinity;
    this.#inFlight.set(nodeId, open);
    const handler = {
      completed: (response: ClientResponse): void => {
        this.#inFlight.delete(nodeId);
        this.#answered.push({ open, response });
      },
    };
    open.call.send((apiKey, body) => {
      this.#network.send(nodeId, apiKey, body, { handler, requestTimeoutMs: timeoutMs }, nowMs);
    }, timeoutMs);
  }
}
