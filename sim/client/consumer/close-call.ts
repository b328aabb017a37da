import { type BlockingCall, callEnded, CallTimer } from './blocking-call.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type ConsumerNetworkClient } from './consumer-network-client.ts';
import { type ConsumerParts } from './consumer-parts.ts';
import { type Fetcher } from './fetcher.ts';

/** `ConsumerConfig.DEFAULT_CLOSE_TIMEOUT_MS` */
const closeTimeoutMs = 30_000;

/** `close`: ends the fetch sessions, waiting a while for the brokers' answers (`Fetcher.close`). */
export class CloseCall implements BlockingCall {
  readonly #network: ConsumerNetworkClient;
  readonly #fetcher: Fetcher;
  readonly #timer: CallTimer;
  readonly #ended: () => void;
  #isFirst = true;
  #unanswered = 0;

  constructor({ network, config, context }: ConsumerParts, fetcher: Fetcher, ended: () => void) {
    this.#network = network;
    this.#fetcher = fetcher;
    const timeoutMs = Math.min(closeTimeoutMs, config.requestTimeoutMs);
    this.#timer = new CallTimer(timeoutMs, context.wallClockMs());
    this.#ended = ended;
  }

  readonly mayWait = true;

  /** If a poll throws, the answers are not waited for. */
  step(nowMs: number, thrown: ConsumerException | undefined): number | typeof callEnded {
    this.#timer.update(nowMs);
    if (this.#isFirst) {
      this.#isFirst = false;
      this.#network.disableWakeups();
      this.#unanswered = this.#fetcher.closeSessions(() => {
        this.#unanswered -= 1;
      });
    }
    const mustWait = this.#unanswered > 0 && thrown === undefined;
    if (mustWait && !this.#timer.isExpired) return this.#timer.remainingMs;
    this.#network.close();
    return callEnded;
  }

  deliver(): void {
    this.#ended();
  }
}
