import { assert } from '../../kernel/assert.ts';
import {
  type Connection,
  type Context,
  type NodeIndex,
  noTimer,
  type Task,
  type TimerId,
} from '../../kernel/process.ts';
import { type Random } from '../../kernel/random.ts';
import { type Duration, type Instant, milliseconds } from '../../kernel/time.ts';
import {
  type ApiKey,
  type Frame,
  frameOverheadBytes,
  newestVersion,
  type Request,
  type RequestBodies,
  type Response,
} from '../../protocol/api.ts';
import { requestFrame } from '../../protocol/frames.ts';
import { type Fact } from '../../trace.ts';

/** Whom a stream serves. For each request sent exactly one of the two is called, unless it is reset. */
export interface StreamOwner {
  readonly answered: (response: Response) => void;
  /** Refused, closed by the peer, or without answer for too long; the stream is closed now. */
  readonly streamFailed: () => void;
}

/** The open streams of a broker to other nodes, by connection id. */
export type StreamRegistry = Map<number, RequestStream>;

export interface StreamSettings {
  readonly clientId: string;
  readonly requestTimeoutMs: number;
  readonly setupTimeoutMs: number;
  readonly setupTimeoutMaxMs: number;
}

/**
 * A stream to one other node at a time with at most one request on it: what `NetworkClient` is to a
 * fetcher thread (`BrokerBlockingSender`) or a controller channel. It connects when first needed, and
 * stays connected.
 */
export class RequestStream {
  readonly #context: Context<Frame, Fact>;
  readonly #registry: StreamRegistry;
  readonly #owner: StreamOwner;
  readonly #settings: StreamSettings;
  readonly #requestTimeout: Duration;
  readonly #random: Random;
  readonly #timeout: Task;
  #connection: Connection | undefined = undefined;
  #isEstablished = false;
  /** Waits for its connection, or for its answer. */
  #request: Request | undefined = undefined;
  #correlationId = 0;
  #failedSetups = 0;
  /** When the request or the connection attempt in flight is given up. */
  #deadline: Instant = 0;
  /**
   * Armed for a deadline that may have moved on since: a stream that is answered in time sets one
   * timer for many requests.
   */
  #timer: TimerId = noTimer;

  constructor(
    context: Context<Frame, Fact>,
    registry: StreamRegistry,
    owner: StreamOwner,
    settings: StreamSettings,
  ) {
    this.#context = context;
    this.#registry = registry;
    this.#owner = owner;
    this.#settings = settings;
    this.#requestTimeout = milliseconds(settings.requestTimeoutMs);
    this.#random = context.random('connection-setup');
    this.#timeout = {
      taskName: 'request-timeout',
      run: () => {
        this.#timerFired();
      },
    };
  }

  get isBusy(): boolean {
    return this.#request !== undefined;
  }

  /** Sends a request; the one before must have been answered. */
  send<K extends ApiKey>(
    to: NodeIndex,
    apiKey: K,
    body: RequestBodies[K],
    apiVersion = newestVersion[apiKey],
  ): void {
    assert(this.#request === undefined, 'one request is in flight at a time');
    this.#correlationId += 1;
    this.#request = requestFrame(
      apiKey,
      {
        apiVersion,
        correlationId: this.#correlationId,
        clientId: this.#settings.clientId,
        sizeInBytes: frameOverheadBytes,
      },
      body,
    );
    if (this.#connection !== undefined && this.#connection.peer !== to) this.#close();
    if (this.#connection !== undefined && this.#isEstablished) {
      this.#transmit(this.#connection, this.#request);
    } else {
      this.#connect(to);
    }
  }

  /** Closes the stream and forgets what is in flight, without a word to the owner. */
  reset(): void {
    this.#request = undefined;
    this.#close();
  }

  connected(connection: Connection): void {
    if (connection !== this.#connection) return;
    this.#isEstablished = true;
    this.#failedSetups = 0;
    if (this.#request !== undefined) this.#transmit(connection, this.#request);
  }

  received(response: Response): void {
    if (response.correlationId !== this.#request?.correlationId) return;
    this.#request = undefined;
    this.#owner.answered(response);
  }

  disconnected(connection: Connection): void {
    if (connection === this.#connection) this.#fail();
  }

  #connect(to: NodeIndex): void {
    this.#close();
    const connection = this.#context.connect(to);
    this.#connection = connection;
    this.#registry.set(connection.id, this);
    this.#expectWithin(this.#setupTimeout());
  }

  /** Grows with each failed attempt, with a jitter of a fifth (`ClusterConnectionStates`). */
  #setupTimeout(): Duration {
    const { setupTimeoutMs, setupTimeoutMaxMs } = this.#settings;
    let base = setupTimeoutMs;
    for (let failed = 0; failed < this.#failedSetups && base < setupTimeoutMaxMs; failed += 1) {
      base *= 2;
    }
    const jitter = 0.8 + 0.4 * this.#random.next();
    return milliseconds(Math.min(base, setupTimeoutMaxMs) * jitter);
  }

  #transmit(connection: Connection, request: Request): void {
    this.#context.send(connection, request);
    this.#expectWithin(this.#requestTimeout);
  }

  #expectWithin(span: Duration): void {
    const now = this.#context.monotonic();
    // Only a deadline that comes forward needs the timer that runs to be set anew.
    const isLater = now + span >= this.#deadline;
    this.#deadline = now + span;
    if (this.#timer !== noTimer && isLater) return;
    this.#context.cancelTimer(this.#timer);
    this.#timer = this.#context.setTimer(span, this.#timeout);
  }

  #timerFired(): void {
    this.#timer = noTimer;
    if (this.#request === undefined) return;
    const left = this.#deadline - this.#context.monotonic();
    if (left > 0) this.#timer = this.#context.setTimer(left, this.#timeout);
    else this.#fail();
  }

  #fail(): void {
    const wasWaiting = this.#request !== undefined;
    if (!this.#isEstablished) this.#failedSetups += 1;
    this.reset();
    if (wasWaiting) this.#owner.streamFailed();
  }

  #close(): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    this.#isEstablished = false;
    this.#registry.delete(connection.id);
    this.#context.close(connection);
  }
}
