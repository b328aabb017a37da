import { type Context, noTimer, type Task, type TimerId } from '../../kernel/process.ts';
import { type Duration } from '../../kernel/time.ts';
import { type Step } from './steps.ts';

/** What a thread rests in: for some time, or until it is woken up. */
export class ApplicationSleep implements Task {
  readonly taskName = 'application';
  readonly #context: Pick<Context<never, never>, 'setTimer' | 'cancelTimer'>;
  #timer: TimerId = noTimer;
  #goOn: (() => void) | undefined = undefined;

  constructor(context: Pick<Context<never, never>, 'setTimer' | 'cancelTimer'>) {
    this.#context = context;
  }

  /** `span` may be Infinity: until it is woken up. */
  for(span: Duration): Step {
    return (goOn) => {
      this.#goOn = goOn;
      if (span < Infinity) this.#timer = this.#context.setTimer(span, this);
    };
  }

  run(): void {
    this.#timer = noTimer;
    this.wakeUp();
  }

  wakeUp(): void {
    const goOn = this.#goOn;
    if (goOn === undefined) return;
    if (this.#timer !== noTimer) this.#context.cancelTimer(this.#timer);
    this.#timer = noTimer;
    this.#goOn = undefined;
    goOn();
  }
}
