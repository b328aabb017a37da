import {
  type Connection,
  type Context,
  noTimer,
  type Task,
  type TimerId,
} from '../kernel/process.ts';
import { type Instant, milliseconds } from '../kernel/time.ts';
import { type Frame } from '../protocol/api.ts';
import { type Fact } from '../trace.ts';
import { BusyTurns } from './busy-turns.ts';
import { type NetworkClient } from './network-client.ts';

/** What a client's I/O thread does over and over. */
export interface IoThread {
  /**
   * One turn: all that the thread does up to its next poll or sleep. Returns how many milliseconds that
   * poll may last. A turn that asks for 0 is followed by the next one at once, unless the thread is busy
   * with that. Negative: no poll, but a sleep of so long.
   */
  readonly turn: (nowMs: number) => number;
  /** How many milliseconds the thread pauses after a poll in which something has come in. Default: 0. */
  readonly pauseMs?: number;
}

/** What an `IoThread.turn` returns to sleep, whatever comes in, before its next turn. */
export function sleepFor(ms: number): number {
  return -ms;
}

/**
 * Runs a client's I/O thread: a turn, a poll, the next turn. The poll waits until something comes in, the
 * time is over, or another thread calls `wakeUp`, and so the client does nothing while nothing is due.
 * The client's process hands over what it hears of its connections.
 */
export class PollLoop implements Task {
  readonly taskName = 'poll';
  readonly #context: Context<Frame, Fact>;
  readonly #network: NetworkClient;
  readonly #thread: IoThread;
  readonly #turns = new BusyTurns();
  #state: 'polling' | 'sleeping' | 'running' | 'stopped' = 'sleeping';
  #isWoken = false;
  #timer: TimerId = noTimer;
  #timerAt: Instant = 0;
  /** When the poll or sleep ends by itself, on the monotonic clock. */
  #endsAt: Instant = 0;

  constructor(context: Context<Frame, Fact>, network: NetworkClient, thread: IoThread) {
    this.#context = context;
    this.#network = network;
    this.#thread = thread;
  }

  /** Runs the first turn in this same instant, after what is going on now. */
  start(): void {
    this.#setTimer(this.#context.monotonic());
    this.#endsAt = this.#timerAt;
  }

  stop(): void {
    this.#state = 'stopped';
    this.#context.cancelTimer(this.#timer);
  }

  /** Ends the poll that is going on, or else the next one, in this same instant. */
  wakeUp(): void {
    if (this.#isWoken || this.#state === 'stopped') return;
    this.#isWoken = true;
    if (this.#state !== 'polling' || this.#turns.isBusy) return;
    this.#endsAt = this.#context.monotonic();
    this.#setTimer(this.#endsAt);
  }

  connected(connection: Connection): void {
    this.#network.connected(connection);
    this.#eventCame();
  }

  received(connection: Connection, frame: Frame): void {
    this.#network.received(connection, frame);
    this.#eventCame();
  }

  disconnected(connection: Connection): void {
    this.#network.disconnected(connection);
    this.#eventCame();
  }

  /** The timer has fired. One that was set for an earlier end is set again. */
  run(): void {
    this.#timer = noTimer;
    if (this.#context.monotonic() < this.#endsAt) this.#setTimer(this.#endsAt);
    else this.#go();
  }

  #eventCame(): void {
    if (this.#state !== 'polling' || this.#turns.isBusy || !this.#network.hasEvents) return;
    const { pauseMs = 0 } = this.#thread;
    if (pauseMs === 0) {
      this.#go();
      return;
    }
    this.#endPoll();
    this.#wait('sleeping', pauseMs);
  }

  #go(): void {
    const context = this.#context;
    if (this.#state === 'polling') this.#endPoll();
    for (;;) {
      if (this.#isStopped()) return;
      const nowMs = context.wallClockMs();
      const timeoutMs = this.#thread.turn(nowMs);
      if (this.#isStopped()) return;
      if (timeoutMs < 0) {
        this.#wait('sleeping', -timeoutMs);
        return;
      }
      const toWaitMs = this.#network.beginPoll(timeoutMs, nowMs);
      const waitMs = this.#turns.pace(this.#isWoken ? 0 : toWaitMs, context.monotonic());
      if (waitMs > 0) {
        this.#wait('polling', waitMs);
        return;
      }
      this.#endPoll();
    }
  }

  #endPoll(): void {
    this.#state = 'running';
    this.#isWoken = false;
    this.#network.endPoll(this.#context.wallClockMs());
  }

  #isStopped(): boolean {
    return this.#state === 'stopped';
  }

  #wait(state: 'polling' | 'sleeping', ms: number): void {
    this.#state = state;
    this.#endsAt = this.#context.monotonic() + milliseconds(ms);
    // A timer that fires earlier will be set again; that is cheaper than to move it in each turn.
    if (this.#timer === noTimer || this.#timerAt > this.#endsAt) this.#setTimer(this.#endsAt);
  }

  #setTimer(at: Instant): void {
    if (this.#timer !== noTimer) this.#context.cancelTimer(this.#timer);
    this.#timerAt = at;
    this.#timer = this.#context.setTimer(at - this.#context.monotonic(), this);
  }
}
