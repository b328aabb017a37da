import { type Context, type NodeIndex, type Task } from '../../kernel/process.ts';
import { type Duration, type Instant, milliseconds } from '../../kernel/time.ts';
import { type Resolve } from '../../protocol/addresses.ts';
import { type ApiKey, type Frame, type RequestBodies, type Response } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import { RequestStream, type StreamRegistry, type StreamSettings } from './request-stream.ts';

export interface InterBrokerParts {
  readonly context: Context<Frame, Fact>;
  readonly registry: StreamRegistry;
  readonly resolve: Resolve;
  readonly image: MetadataImage;
  readonly settings: StreamSettings;
}

/** A request to another broker, and what is to be done when it is over. */
export interface InterBrokerCall {
  readonly send: (stream: RequestStream, to: NodeIndex) => void;
  readonly answered: (response: Response) => void;
  /** The stream broke or could not be opened, or the answer took too long. */
  readonly disconnected: () => void;
}

const reconnectBackoff: Duration = milliseconds(50);

/** Makes a call of a request. */
export function interBrokerCall<K extends ApiKey>(
  apiKey: K,
  body: RequestBodies[K],
  outcome: Pick<InterBrokerCall, 'answered' | 'disconnected'>,
): InterBrokerCall {
  return {
    ...outcome,
    send: (stream, to) => {
      stream.send(to, apiKey, body);
    },
  };
}

/**
 * Sends requests to other brokers, and to this one: to each one at a time, in order
 * (`InterBrokerSendThread`). What waits for a stream that breaks fails with it.
 */
export class InterBrokerSender {
  readonly #parts: InterBrokerParts;
  readonly #channels = new Map<number, BrokerChannel>();

  constructor(parts: InterBrokerParts) {
    this.#parts = parts;
  }

  /** The broker is one that has registered. */
  send(brokerId: number, call: InterBrokerCall): void {
    let channel = this.#channels.get(brokerId);
    if (channel === undefined) {
      channel = new BrokerChannel(this.#parts, brokerId);
      this.#channels.set(brokerId, channel);
    }
    channel.send(call);
  }
}

/** The stream to one broker. */
class BrokerChannel {
  readonly #parts: InterBrokerParts;
  readonly #brokerId: number;
  readonly #stream: RequestStream;
  readonly #backoffOver: Task;
  #waiting: InterBrokerCall[] = [];
  #inFlight: InterBrokerCall | undefined = undefined;
  #mayConnectAt: Instant = 0;
  #isBackingOff = false;

  constructor(parts: InterBrokerParts, brokerId: number) {
    const { context, registry, settings } = parts;
    this.#parts = parts;
    this.#brokerId = brokerId;
    this.#backoffOver = {
      taskName: 'reconnect-backoff',
      run: () => {
        this.#isBackingOff = false;
        this.#fail();
      },
    };
    const answered = (response: Response): void => {
      const call = this.#inFlight;
      this.#inFlight = undefined;
      call?.answered(response);
      this.#proceed();
    };
    const streamFailed = (): void => {
      this.#mayConnectAt = this.#parts.context.monotonic() + reconnectBackoff;
      const call = this.#inFlight;
      this.#inFlight = undefined;
      const waiting = this.#takeWaiting();
      call?.disconnected();
      for (const each of waiting) each.disconnected();
    };
    this.#stream = new RequestStream(context, registry, { answered, streamFailed }, settings);
  }

  send(call: InterBrokerCall): void {
    this.#waiting.push(call);
    this.#proceed();
  }

  #proceed(): void {
    if (this.#inFlight !== undefined || this.#waiting.length === 0) return;
    const { context, image, resolve } = this.#parts;
    const backoff = this.#mayConnectAt - context.monotonic();
    if (backoff > 0) {
      this.#backOff(backoff);
      return;
    }
    const endpoint = image.endpointOf(this.#brokerId);
    const call = this.#waiting.shift();
    if (endpoint === undefined || call === undefined) {
      call?.disconnected();
      return;
    }
    this.#inFlight = call;
    call.send(this.#stream, resolve(endpoint.host, endpoint.port));
  }

  /** As long as the stream may not be opened again it counts as failed: so do calls meanwhile. */
  #backOff(span: Duration): void {
    if (this.#isBackingOff) return;
    this.#isBackingOff = true;
    this.#parts.context.setTimer(span, this.#backoffOver);
  }

  #fail(): void {
    for (const call of this.#takeWaiting()) call.disconnected();
  }

  #takeWaiting(): InterBrokerCall[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }
}
