import { type Context, type Task } from '../../kernel/process.ts';
import { type Duration, type Instant, milliseconds } from '../../kernel/time.ts';
import { type Endpoint, type Resolve } from '../../protocol/addresses.ts';
import {
  type ApiKey,
  type Frame,
  newestVersion,
  type RequestBodies,
  type Response,
} from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';
import { isFromNoController } from './not-controller.ts';
import { RequestStream, type StreamRegistry } from './request-stream.ts';

/** Whom to ask and how long: what the channels of one broker share. */
export interface ControllerChannelSettings {
  readonly resolve: Resolve;
  /** The active controller, as far as this broker knows. */
  readonly activeController: () => Endpoint | undefined;
  readonly clientId: string;
  readonly socketTimeoutMs: number;
  readonly setupTimeoutMs: number;
  readonly setupTimeoutMaxMs: number;
}

/** How a request to the controller ends. */
export interface ControllerCall {
  /** Anything but NOT_CONTROLLER, which the channel deals with itself. */
  readonly answered: (response: Response) => void;
  /** The request could not be sent in time. It may have been done nevertheless. */
  readonly timedOut: () => void;
}

interface QueuedCall {
  readonly createdAt: Instant;
  readonly send: (to: Endpoint) => void;
  readonly call: ControllerCall;
}

const lookUpInterval: Duration = milliseconds(100);
const reconnectBackoff: Duration = milliseconds(50);

/**
 * Requests to the active controller, one at a time and in order: sent again when the stream breaks or
 * the asked one is not the controller, for as long as the channel allows
 * (`NodeToControllerRequestThread`).
 */
export class ControllerChannel {
  readonly #context: Context<Frame, Fact>;
  readonly #settings: ControllerChannelSettings;
  readonly #retryTimeout: Duration;
  readonly #stream: RequestStream;
  readonly #queue: QueuedCall[] = [];
  readonly #wakeUp: Task;
  #inFlight: QueuedCall | undefined = undefined;
  #controller: Endpoint | undefined = undefined;
  #isWaiting = false;
  #mayConnectAt: Instant = 0;

  /** `retryTimeoutMs` may be infinite. */
  constructor(
    context: Context<Frame, Fact>,
    registry: StreamRegistry,
    settings: ControllerChannelSettings,
    retryTimeoutMs: number,
  ) {
    this.#context = context;
    this.#settings = settings;
    this.#retryTimeout = milliseconds(retryTimeoutMs);
    this.#wakeUp = {
      taskName: 'controller-channel',
      run: () => {
        this.#isWaiting = false;
        this.#proceed();
      },
    };
    this.#stream = new RequestStream(
      context,
      registry,
      {
        answered: (response) => {
          this.#answered(response);
        },
        streamFailed: () => {
          this.#streamFailed();
        },
      },
      {
        clientId: settings.clientId,
        requestTimeoutMs: Math.min(settings.socketTimeoutMs, retryTimeoutMs),
        setupTimeoutMs: settings.setupTimeoutMs,
        setupTimeoutMaxMs: settings.setupTimeoutMaxMs,
      },
    );
  }

  /** Sends the request when all earlier ones are done. */
  send<K extends ApiKey>(
    apiKey: K,
    body: RequestBodies[K],
    call: ControllerCall,
    apiVersion = newestVersion[apiKey],
  ): void {
    this.#queue.push({
      createdAt: this.#context.monotonic(),
      send: (to) => {
        const node = this.#settings.resolve(to.host, to.port);
        this.#stream.send(node, apiKey, body, apiVersion);
      },
      call,
    });
    if (!this.#isWaiting) this.#proceed();
  }

  close(): void {
    this.#stream.reset();
    this.#queue.length = 0;
    this.#inFlight = undefined;
  }

  #proceed(): void {
    if (this.#inFlight !== undefined) return;
    this.#dropExpired();
    const next = this.#queue[0];
    if (next === undefined) return;
    this.#controller ??= this.#settings.activeController();
    if (this.#controller === undefined) {
      this.#waitFor(lookUpInterval);
      return;
    }
    const backoff = this.#mayConnectAt - this.#context.monotonic();
    if (backoff > 0) {
      this.#waitFor(backoff);
      return;
    }
    this.#queue.shift();
    this.#inFlight = next;
    next.send(this.#controller);
  }

  #dropExpired(): void {
    const now = this.#context.monotonic();
    let next = this.#queue[0];
    while (next !== undefined && now - next.createdAt >= this.#retryTimeout) {
      this.#queue.shift();
      next.call.timedOut();
      next = this.#queue[0];
    }
  }

  #waitFor(span: Duration): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#context.setTimer(span, this.#wakeUp);
  }

  #answered(response: Response): void {
    const answered = this.#inFlight;
    this.#inFlight = undefined;
    if (answered === undefined) return;
    if (isFromNoController(response)) {
      this.#stream.reset();
      this.#retry(answered);
    } else {
      answered.call.answered(response);
    }
    if (!this.#isWaiting) this.#proceed();
  }

  #streamFailed(): void {
    const failed = this.#inFlight;
    this.#inFlight = undefined;
    if (failed === undefined) return;
    this.#retry(failed);
    if (!this.#isWaiting) this.#proceed();
  }

  #retry(call: QueuedCall): void {
    this.#controller = undefined;
    this.#mayConnectAt = this.#context.monotonic() + reconnectBackoff;
    this.#queue.unshift(call);
  }
}
