import { assert } from '../../kernel/assert.ts';
import {
  type Connection,
  type Context,
  noTimer,
  type Task,
  type TimerId,
} from '../../kernel/process.ts';
import { type Instant, milliseconds } from '../../kernel/time.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';
import { type NetworkClient } from '../network-client.ts';
import { type BlockingCall, callEnded } from './blocking-call.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type ConsumerNetworkClient } from './consumer-network-client.ts';
import { type ConsumerParts } from './consumer-parts.ts';

/**
 * Runs the calls of a consumer's only thread, one at a time. While none goes on, nothing is read from
 * the network: what comes in waits in its sockets.
 */
export class CallLoop implements Task {
  readonly taskName = 'consumer-wait';
  readonly #context: Context<Frame, Fact>;
  readonly #sockets: NetworkClient;
  readonly #network: ConsumerNetworkClient;
  #call: BlockingCall | undefined = undefined;
  #state: 'idle' | 'running' | 'polling' | 'sleeping' = 'idle';
  #timer: TimerId = noTimer;
  #timerAt: Instant = 0;
  /** When the wait ends by itself, on the monotonic clock. */
  #endsAt: Instant = 0;

  constructor({ context, sockets, network }: ConsumerParts) {
    this.#context = context;
    this.#sockets = sockets;
    this.#network = network;
  }

  /** Begins a call; it may be over when this returns. */
  start(call: BlockingCall): void {
    assert(this.#state === 'idle', 'one call is made at a time');
    this.#call = call;
    this.#go(call, undefined);
  }

  connected(connection: Connection): void {
    this.#sockets.connected(connection);
    this.#eventCame();
  }

  received(connection: Connection, frame: Frame): void {
    this.#sockets.received(connection, frame);
    this.#eventCame();
  }

  disconnected(connection: Connection): void {
    this.#sockets.disconnected(connection);
    this.#eventCame();
  }

  /** Lets the call that goes on, or else the next one, throw `WakeupException`. */
  wakeUp(): void {
    this.#network.wakeUp();
    if (this.#state === 'polling') this.#endWait();
  }

  /** The timer has fired. One that was set for an earlier end is set again. */
  run(): void {
    this.#timer = noTimer;
    if (this.#state !== 'polling' && this.#state !== 'sleeping') return;
    if (this.#context.monotonic() < this.#endsAt) this.#setTimer();
    else this.#endWait();
  }

  #eventCame(): void {
    if (this.#state === 'polling' && this.#sockets.hasEvents) this.#endWait();
  }

  #endWait(): void {
    const call = this.#call;
    assert(call !== undefined, 'who waits is in a call');
    const thrown = this.#state === 'polling' ? this.#network.endPoll() : undefined;
    this.#go(call, thrown);
  }

  #go(call: BlockingCall, thrownAtFirst: ConsumerException | undefined): void {
    let thrown = thrownAtFirst;
    for (;;) {
      this.#state = 'running';
      const timeoutMs = call.step(this.#context.wallClockMs(), thrown);
      if (timeoutMs === callEnded) {
        this.#state = 'idle';
        this.#call = undefined;
        call.deliver();
        return;
      }
      if (timeoutMs < 0) {
        this.#wait('sleeping', -timeoutMs);
        return;
      }
      const waitMs = this.#network.beginPoll(timeoutMs, call);
      if (waitMs > 0) {
        this.#wait('polling', waitMs);
        return;
      }
      thrown = this.#network.endPoll();
    }
  }

  #wait(state: 'polling' | 'sleeping', ms: number): void {
    this.#state = state;
    this.#endsAt = this.#context.monotonic() + milliseconds(ms);
    // A timer that fires too early is set again; that is cheaper than to move it at each wait.
    if (this.#timer === noTimer || this.#timerAt > this.#endsAt) this.#setTimer();
  }

  #setTimer(): void {
    if (this.#timer !== noTimer) this.#context.cancelTimer(this.#timer);
    this.#timerAt = this.#endsAt;
    this.#timer = this.#context.setTimer(this.#endsAt - this.#context.monotonic(), this);
  }
}
