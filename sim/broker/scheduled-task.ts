import { type Context, type Task } from '../kernel/process.ts';
import { type Duration, type Instant } from '../kernel/time.ts';
import { type Frame } from '../protocol/api.ts';
import { type Fact } from '../trace.ts';

/** Background work at a fixed rate: a late run does not shift the next (`KafkaScheduler`). */
export class ScheduledTask implements Task {
  readonly taskName: string;
  readonly #context: Context<Frame, Fact>;
  readonly #period: Duration;
  readonly #work: () => void;
  #dueAt: Instant = 0;

  constructor(context: Context<Frame, Fact>, taskName: string, period: Duration, work: () => void) {
    this.#context = context;
    this.taskName = taskName;
    this.#period = period;
    this.#work = work;
  }

  start(initialDelay: Duration): void {
    this.#dueAt = this.#context.monotonic() + initialDelay;
    this.#context.setTimer(initialDelay, this);
  }

  run(): void {
    this.#work();
    this.#dueAt += this.#period;
    const left = this.#dueAt - this.#context.monotonic();
    this.#context.setTimer(Math.max(left, 0), this);
  }
}
