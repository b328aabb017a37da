import { type Context, noTimer, type Task, type TimerId } from '../../kernel/process.ts';
import { milliseconds } from '../../kernel/time.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';

/** Longer waits than this, some thirty years, have no end. */
const longestWaitMs = 1e12;

/** An application's thread that is in a call of the producer and waits for another thread. */
export class ThreadWait {
  readonly #context: Context<Frame, Fact>;
  readonly #notified: Task;
  readonly #timedOut: Task;
  #wakeUp: TimerId = noTimer;
  #deadline: TimerId = noTimer;

  /** `goOn` is called each time that the thread runs: when it was notified, or its time is over. */
  constructor(context: Context<Frame, Fact>, goOn: (isTimedOut: boolean) => void) {
    this.#context = context;
    this.#notified = {
      taskName: 'thread-notified',
      run: () => {
        this.#wakeUp = noTimer;
        goOn(false);
      },
    };
    this.#timedOut = {
      taskName: 'thread-timed-out',
      run: () => {
        this.#deadline = noTimer;
        goOn(true);
      },
    };
  }

  /** From now on it waits for at most so long. */
  begin(timeoutMs: number): void {
    this.end();
    if (timeoutMs > longestWaitMs) return;
    this.#deadline = this.#context.setTimer(milliseconds(timeoutMs), this.#timedOut);
  }

  /** Lets it run in this same instant, when the thread that runs now waits. */
  notify(): void {
    if (this.#wakeUp === noTimer) this.#wakeUp = this.#context.setTimer(0, this.#notified);
  }

  end(): void {
    this.#context.cancelTimer(this.#deadline);
    this.#context.cancelTimer(this.#wakeUp);
    this.#deadline = noTimer;
    this.#wakeUp = noTimer;
  }
}
