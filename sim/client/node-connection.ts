import { empty } from '../kernel/lists.ts';
import { type Random } from '../kernel/random.ts';
import { derivedFrom } from '../kernel/remembered.ts';
import { type Connection } from '../kernel/process.ts';
import { type ClientConfig } from '../protocol/config/client-config.ts';
import {
  type ApiVersion,
  type ApiVersionsResponse,
} from '../protocol/messages/api-versions-response.ts';
import { clientBackoff, ExponentialBackoff } from './exponential-backoff.ts';
import { type InFlightRequest, isTimedOut } from './in-flight-request.ts';
import { type ClusterNode } from './metadata-snapshot.ts';

/**
 * | state | begins with | goes on |
 * |---|---|---|
 * | connecting | `connecting` | established → checkingApiVersions; refused or too slow → disconnected |
 * | checkingApiVersions | ApiVersions is sent | answered → ready; lost → disconnected |
 * | ready | | lost, closed, or a request took too long → disconnected |
 * | disconnected | | `connecting`, when the reconnect backoff is over |
 */
export type ConnectionState = 'connecting' | 'checkingApiVersions' | 'ready' | 'disconnected';

/** The versions of a request that a node has: both inclusive. */
export interface VersionRange {
  readonly minVersion: number;
  readonly maxVersion: number;
}

const noVersions: ReadonlyMap<number, VersionRange> = new Map();

/** Brokers of one kind send one list over and over. */
const versionsByKey = derivedFrom(
  (list: readonly ApiVersion[]): ReadonlyMap<number, VersionRange> =>
    new Map(list.map((range) => [range.apiKey, range])),
);

/** The two times that grow with failures, shared by all connections of a client. */
export interface ConnectionBackoffs {
  readonly reconnect: ExponentialBackoff;
  readonly setupTimeout: ExponentialBackoff;
}

export function connectionBackoffs(config: ClientConfig, random: Random): ConnectionBackoffs {
  const backoff = (initialMs: number, maxMs: number): ExponentialBackoff =>
    new ExponentialBackoff({ initialMs, maxMs, ...clientBackoff }, random);
  return {
    reconnect: backoff(config.reconnectBackoffMs, config.reconnectBackoffMaxMs),
    setupTimeout: backoff(
      config.socketConnectionSetupTimeoutMs,
      config.socketConnectionSetupTimeoutMaxMs,
    ),
  };
}

/**
 * A client's only connection to one node id, over all reconnects: its state, backoffs, and the requests
 * on it (`ClusterConnectionStates.NodeConnectionState`, `InFlightRequests`). Times are wall clock ms.
 */
export class NodeConnection {
  readonly nodeId: number;
  node: ClusterNode;
  state: ConnectionState = 'connecting';
  connection: Connection | undefined = undefined;
  lastAttemptMs = 0;
  reconnectBackoffMs: number;
  setupTimeoutMs: number;
  throttledUntilMs = 0;
  /** By number of the request, as the node's answer to ApiVersions says; empty until then. */
  versions: ReadonlyMap<number, VersionRange> = noVersions;
  /** The last request was not yet written to the socket: that happens in the next poll. */
  isWriting = false;
  /** On the monotonic clock, in microseconds. */
  lastActiveAt = 0;
  /** Oldest first; those before `#done` have been answered. */
  #inFlight: InFlightRequest[] = [];
  #done = 0;
  readonly #backoffs: ConnectionBackoffs;
  #failures = 0;
  #failedSetups = 0;

  constructor(node: ClusterNode, backoffs: ConnectionBackoffs) {
    this.nodeId = node.nodeId;
    this.node = node;
    this.#backoffs = backoffs;
    this.reconnectBackoffMs = backoffs.reconnect.next(0);
    this.setupTimeoutMs = backoffs.setupTimeout.next(0);
  }

  get inFlightCount(): number {
    return this.#inFlight.length - this.#done;
  }

  get isConnected(): boolean {
    return this.state === 'ready' || this.state === 'checkingApiVersions';
  }

  get isPreparing(): boolean {
    return this.state === 'connecting' || this.state === 'checkingApiVersions';
  }

  isReady(nowMs: number): boolean {
    return this.state === 'ready' && this.throttledUntilMs <= nowMs;
  }

  canSend(nowMs: number, maxInFlight: number): boolean {
    return this.isReady(nowMs) && !this.isWriting && this.inFlightCount < maxInFlight;
  }

  canConnect(nowMs: number): boolean {
    return this.state === 'disconnected' && nowMs - this.lastAttemptMs >= this.reconnectBackoffMs;
  }

  /** Milliseconds until it makes sense to look again whether requests can be sent. */
  connectionDelayMs(nowMs: number): number {
    if (this.state === 'connecting') return this.setupTimeoutMs;
    if (this.state !== 'disconnected') return Infinity;
    return Math.max(this.reconnectBackoffMs - (nowMs - this.lastAttemptMs), 0);
  }

  throttleDelayMs(nowMs: number): number {
    return Math.max(this.throttledUntilMs - nowMs, 0);
  }

  /** One more attempt; a node that has moved to another host starts afresh. */
  connecting(node: ClusterNode, nowMs: number): void {
    if (node.host !== this.node.host) {
      this.#failures = 0;
      this.#failedSetups = 0;
      this.reconnectBackoffMs = this.#backoffs.reconnect.next(0);
      this.setupTimeoutMs = this.#backoffs.setupTimeout.next(0);
      this.throttledUntilMs = 0;
    }
    this.node = node;
    this.state = 'connecting';
    this.lastAttemptMs = nowMs;
  }

  checkingApiVersions(): void {
    this.state = 'checkingApiVersions';
    this.#resetSetupTimeout();
  }

  learnVersions(answer: ApiVersionsResponse): void {
    this.versions = versionsByKey(answer.apiKeys);
  }

  ready(): void {
    this.state = 'ready';
    this.#failures = 0;
    this.reconnectBackoffMs = this.#backoffs.reconnect.next(0);
    this.#resetSetupTimeout();
  }

  disconnected(nowMs: number): void {
    this.lastAttemptMs = nowMs;
    this.reconnectBackoffMs = this.#backoffs.reconnect.next(this.#failures);
    this.#failures += 1;
    if (this.state === 'connecting') {
      this.#failedSetups += 1;
      this.setupTimeoutMs = this.#backoffs.setupTimeout.next(this.#failedSetups);
    } else {
      this.#resetSetupTimeout();
    }
    this.state = 'disconnected';
    this.connection = undefined;
    this.isWriting = false;
    this.versions = noVersions;
  }

  isSetupTimedOut(nowMs: number): boolean {
    return nowMs > this.setupTimeoutNotBeforeMs;
  }

  /** The latest time at which the attempt to connect has certainly not timed out; Infinity without one. */
  get setupTimeoutNotBeforeMs(): number {
    return this.state === 'connecting' ? this.lastAttemptMs + this.setupTimeoutMs : Infinity;
  }

  /** The throttle never gets shorter. */
  throttle(untilMs: number, byMs: number): void {
    if (untilMs > this.throttledUntilMs) this.throttledUntilMs = untilMs;
    for (let index = this.#done; index < this.#inFlight.length; index += 1) {
      const request = this.#inFlight[index];
      if (request !== undefined) request.throttledMs += byMs;
    }
  }

  addRequest(request: InFlightRequest): void {
    this.#inFlight.push(request);
    this.isWriting = true;
  }

  /** The request that the next answer belongs to; `undefined` if none is open. */
  takeOldest(): InFlightRequest | undefined {
    const oldest = this.#inFlight[this.#done];
    if (oldest === undefined) return undefined;
    this.#done += 1;
    if (this.#done === this.#inFlight.length) {
      empty(this.#inFlight);
      this.#done = 0;
    } else if (this.#done >= compactAt) {
      this.#inFlight.splice(0, this.#done);
      this.#done = 0;
    }
    return oldest;
  }

  /** The last request, if it expects no answer: it is over when it is written. */
  takeUnanswered(): InFlightRequest | undefined {
    if (this.#inFlight.at(-1)?.expectsResponse !== false) return undefined;
    const last = this.#inFlight.pop();
    if (this.#done === this.#inFlight.length) this.takeAll();
    return last;
  }

  takeAll(): readonly InFlightRequest[] {
    const all = this.#done === 0 ? this.#inFlight : this.#inFlight.slice(this.#done);
    this.#inFlight = [];
    this.#done = 0;
    return all;
  }

  hasTimedOutRequest(nowMs: number): boolean {
    for (let index = this.#done; index < this.#inFlight.length; index += 1) {
      const request = this.#inFlight[index];
      if (request !== undefined && isTimedOut(request, nowMs)) return true;
    }
    return false;
  }

  /** The latest time at which certainly no request has timed out; Infinity if none is open. */
  get timeoutNotBeforeMs(): number {
    let earliest = Infinity;
    for (let index = this.#done; index < this.#inFlight.length; index += 1) {
      const request = this.#inFlight[index];
      if (request === undefined) continue;
      const { sentMs, requestTimeoutMs, throttledMs } = request;
      earliest = Math.min(earliest, sentMs + requestTimeoutMs + throttledMs);
    }
    return earliest;
  }

  #resetSetupTimeout(): void {
    this.#failedSetups = 0;
    this.setupTimeoutMs = this.#backoffs.setupTimeout.next(0);
  }
}

const compactAt = 32;
