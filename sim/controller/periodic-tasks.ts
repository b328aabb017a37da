import { type Context, noTimer, type Task, type TimerId } from '../kernel/process.ts';
import { type Duration, milliseconds, seconds } from '../kernel/time.ts';
import { type Frame } from '../protocol/api.ts';
import { type Fact } from '../trace.ts';

/** What came out of one run: whether there is more to do at once, or whether it failed. */
export type TaskOutcome = 'done' | 'more' | 'failed';

const delayWhenMore = milliseconds(10);
const delayWhenFailed = seconds(300);

/**
 * Work that the active controller does again and again (`PeriodicTaskControlManager`). The delay
 * counts from the end of a run.
 */
export class PeriodicTask implements Task {
  readonly taskName: string;
  readonly #context: Context<Frame, Fact>;
  readonly #period: Duration;
  readonly #work: () => TaskOutcome;
  #timer: TimerId = noTimer;

  constructor(
    taskName: string,
    context: Context<Frame, Fact>,
    period: Duration,
    work: () => TaskOutcome,
  ) {
    this.taskName = taskName;
    this.#context = context;
    this.#period = period;
    this.#work = work;
  }

  start(): void {
    this.#timer = this.#context.setTimer(this.#period, this);
  }

  stop(): void {
    this.#context.cancelTimer(this.#timer);
    this.#timer = noTimer;
  }

  run(): void {
    const outcome = this.#work();
    // The work may have cost the controller its office, and so stopped the task.
    if (this.#timer === noTimer) return;
    this.#timer = this.#context.setTimer(this.#delayAfter(outcome), this);
  }

  #delayAfter(outcome: TaskOutcome): Duration {
    switch (outcome) {
      case 'more':
        return delayWhenMore;
      case 'failed':
        return delayWhenFailed;
      case 'done':
        return this.#period;
    }
  }
}
