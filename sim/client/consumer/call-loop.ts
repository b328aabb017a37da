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
import { BusyTurns } from '../busy-turns.ts';
import { type NetworkClient } from '../network-client.ts';
import { type BlockingCall, callEnded } from './blocking-call.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type ConsumerNetworkClient } from './consumer-network-client.ts';
import { type ConsumerParts } from './consumer-parts.ts';
import { type HandlerWait } from './handler-wait.ts';

/** How the application's thread holds back the other thread of the consumer while it stands still. */
export interface Hold {
  /** It waits in the selector, and so the network is its own. */
  readonly network: boolean;
  readonly monitor: boolean;
}

const polling: Hold = { network: true, monitor: false };
const pollingSynchronized: Hold = { network: true, monitor: true };
const free: Hold = { network: false, monitor: false };
const freeSynchronized: Hold = { network: false, monitor: true };

/** The other thread of a consumer. A thread runs until it has to wait, and then the other one may. */
export interface BackgroundThread {
  /** The application's thread stands still. */
  readonly foregroundWaits: (hold: Hold) => void;
  /** It has polled, and the network is free for a moment. */
  readonly foregroundPolled: () => void;
}

/**
 * Runs the calls of the application's thread, one at a time. While none goes on, nothing is read from the
 * network, unless there is a heartbeat thread: what comes in waits in its sockets.
 */
export class CallLoop implements Task {
  readonly taskName = 'consumer-wait';
  readonly #context: Context<Frame, Fact>;
  readonly #sockets: NetworkClient;
  readonly #network: ConsumerNetworkClient;
  readonly #handlerWait: HandlerWait;
  readonly #background: BackgroundThread | undefined;
  readonly #turns = new BusyTurns();
  #call: BlockingCall | undefined = undefined;
  #state: 'idle' | 'running' | 'polling' | 'sleeping' = 'idle';
  #timer: TimerId = noTimer;
  #timerAt: Instant = 0;
  /** When it last polled for no time, with nothing to take in. */
  #quietPollAt: Instant = -1;
  /** When the wait ends by itself, on the monotonic clock. */
  #endsAt: Instant = 0;

  constructor(parts: ConsumerParts, background: BackgroundThread | undefined) {
    this.#context = parts.context;
    this.#sockets = parts.sockets;
    this.#network = parts.network;
    this.#handlerWait = parts.handlerWait;
    this.#background = background;
  }

  /** Begins a call; it may be over when this returns. */
  start(call: BlockingCall): void {
    assert(this.#state === 'idle', 'one call is made at a time');
    this.#call = call;
    this.#turns.reset();
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
    if (this.#state === 'polling' && !this.#turns.isBusy) this.#endWait();
  }

  /** The timer has fired. One that was set for an earlier end is set again. */
  run(): void {
    this.#timer = noTimer;
    if (this.#state !== 'polling' && this.#state !== 'sleeping') return;
    if (this.#context.monotonic() < this.#endsAt) this.#setTimer();
    else this.#endWait();
  }

  #eventCame(): void {
    if (this.#state !== 'polling' || this.#turns.isBusy) return;
    if (this.#sockets.hasEvents) this.#endWait();
  }

  #endWait(): void {
    const call = this.#call;
    assert(call !== undefined, 'who waits is in a call');
    let thrown: ConsumerException | undefined;
    if (this.#state === 'polling') {
      thrown = this.#network.endPoll();
      this.#background?.foregroundPolled();
    }
    this.#go(call, thrown);
  }

  #go(call: BlockingCall, thrownAtFirst: ConsumerException | undefined): void {
    let thrown = thrownAtFirst;
    for (;;) {
      this.#state = 'running';
      const goesOn = this.#handlerWait.goesOn ? this.#handlerWait : call;
      const timeoutMs = goesOn.step(this.#context.wallClockMs(), thrown);
      if (timeoutMs === callEnded) {
        if (goesOn === this.#handlerWait) {
          thrown = this.#handlerWait.thrownBefore;
          continue;
        }
        this.#end(call);
        return;
      }
      const holdsMonitor = goesOn.holdsMonitor === true;
      if (timeoutMs < 0) {
        this.#wait('sleeping', -timeoutMs, holdsMonitor ? freeSynchronized : free);
        return;
      }
      const toWaitMs = this.#network.beginPoll(timeoutMs, goesOn);
      const waitMs = this.#turns.pace(toWaitMs, this.#context.monotonic());
      // A poll for no time takes in what happens in this instant.
      if (waitMs > 0 || (timeoutMs === 0 && !this.#sockets.hasEvents)) {
        const excludes = holdsMonitor || (waitMs === 0 && this.#isFirstQuietPoll());
        this.#wait('polling', waitMs, excludes ? pollingSynchronized : polling);
        return;
      }
      thrown = this.#network.endPoll();
    }
  }

  /**
   * A poll for no time gives the other thread no time either; but who polls so again and again in one
   * instant would wait for that thread for ever.
   */
  #isFirstQuietPoll(): boolean {
    const now = this.#context.monotonic();
    const isFirst = this.#quietPollAt !== now;
    this.#quietPollAt = now;
    return isFirst;
  }

  #end(call: BlockingCall): void {
    this.#state = 'idle';
    this.#call = undefined;
    call.deliver();
    // Unless the application has gone on to its next call.
    if (this.#isIdle()) this.#background?.foregroundWaits(free);
  }

  #isIdle(): boolean {
    return this.#state === 'idle';
  }

  #wait(state: 'polling' | 'sleeping', ms: number, hold: Hold): void {
    this.#state = state;
    this.#endsAt = this.#context.monotonic() + milliseconds(ms);
    // A timer that fires too early is set again; that is cheaper than to move it at each wait.
    if (this.#timer === noTimer || this.#timerAt > this.#endsAt) this.#setTimer();
    this.#background?.foregroundWaits(hold);
  }

  #setTimer(): void {
    if (this.#timer !== noTimer) this.#context.cancelTimer(this.#timer);
    this.#timerAt = this.#endsAt;
    this.#timer = this.#context.setTimer(this.#endsAt - this.#context.monotonic(), this);
  }
}
