import { assert } from '../../../kernel/assert.ts';
import { type Context, noTimer, type Task, type TimerId } from '../../../kernel/process.ts';
import { type Instant, milliseconds } from '../../../kernel/time.ts';
import { type Frame } from '../../../protocol/api.ts';
import { type Fact } from '../../../trace.ts';
import { BusyTurns } from '../../busy-turns.ts';

/** What a call waits for. */
export interface CallWait {
  readonly isOver: () => boolean;
  /** How long at most; Infinity: until it is over. */
  readonly timeoutMs: number;
}

/** A call of the application, as the waits in it; what it returns is its outcome. */
export type CallSteps<T> = Generator<CallWait, T, undefined>;

/**
 * Runs the calls of the application's thread, one at a time. It runs until it has to wait, and goes on
 * when the background thread has to wait, too.
 */
export class CallRunner implements Task {
  readonly taskName = 'consumer-call';
  readonly #context: Context<Frame, Fact>;
  readonly #turns = new BusyTurns();
  #steps: CallSteps<void> | undefined = undefined;
  #wait: CallWait | undefined = undefined;
  #timer: TimerId = noTimer;
  #timerAt: Instant = 0;
  /** When the wait ends, on the monotonic clock. */
  #endsAt: Instant = Infinity;

  constructor(context: Context<Frame, Fact>) {
    this.#context = context;
  }

  /** Begins a call; it may be over when this returns. `ended` is called when the next one may begin. */
  start<T>(call: CallSteps<T>, ended: (outcome: T) => void): void {
    assert(this.#steps === undefined, 'one call is made at a time');
    const end = (outcome: T): void => {
      this.#steps = undefined;
      ended(outcome);
    };
    this.#steps = toTheEnd(call, end);
    this.#turns.reset();
    this.#go();
  }

  /** Something may have happened that the call waits for: it goes on in this same instant. */
  check(): void {
    const wait = this.#wait;
    if (wait === undefined || this.#turns.isBusy) return;
    if (this.#endsAt <= this.#context.monotonic() || !wait.isOver()) return;
    this.#endsAt = this.#context.monotonic();
    this.#setTimer();
  }

  /** The timer has fired. One that was set for an earlier end is set again. */
  run(): void {
    this.#timer = noTimer;
    if (this.#wait === undefined) return;
    if (this.#context.monotonic() < this.#endsAt) this.#setTimer();
    else this.#go();
  }

  #go(): void {
    this.#wait = undefined;
    const steps = this.#steps;
    assert(steps !== undefined, 'who goes on is in a call');
    for (;;) {
      const { done, value: wait } = steps.next();
      if (done === true) return;
      const toWaitMs = wait.timeoutMs > 0 && !wait.isOver() ? wait.timeoutMs : 0;
      const timeoutMs = this.#turns.pace(toWaitMs, this.#context.monotonic());
      if (timeoutMs > 0) {
        this.#beginWait(wait, timeoutMs);
        return;
      }
    }
  }

  #beginWait(wait: CallWait, timeoutMs: number): void {
    this.#wait = wait;
    const now = this.#context.monotonic();
    this.#endsAt = timeoutMs < Infinity ? now + milliseconds(timeoutMs) : Infinity;
    // A timer that fires too early is set again; that is cheaper than to move it at each wait.
    if (this.#timer === noTimer || this.#timerAt > this.#endsAt) this.#setTimer();
  }

  #setTimer(): void {
    if (this.#timer !== noTimer) this.#context.cancelTimer(this.#timer);
    this.#timer = noTimer;
    if (this.#endsAt === Infinity) return;
    this.#timerAt = this.#endsAt;
    this.#timer = this.#context.setTimer(this.#endsAt - this.#context.monotonic(), this);
  }
}

function* toTheEnd<T>(call: CallSteps<T>, end: (outcome: T) => void): CallSteps<void> {
  end(yield* call);
}
