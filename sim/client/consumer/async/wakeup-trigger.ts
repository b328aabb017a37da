import { type Failure, wakeupFailure } from './failure.ts';
import { type Future } from './future.ts';

/** What a call of the consumer waits for that can be woken up. */
type Wakeable = Pick<Future<unknown>, 'fail'>;

/** Lets the call that waits, or else the next one, throw `WakeupException` (`WakeupTrigger`). */
export class WakeupTrigger {
  readonly #wakeFetches: () => void;
  #task: Wakeable | 'fetches' | undefined = undefined;
  #isWoken = false;
  #isDisabled = false;

  /** `wakeFetches` ends the wait for fetches. */
  constructor(wakeFetches: () => void) {
    this.#wakeFetches = wakeFetches;
  }

  /** From now on nobody is woken up. */
  disable(): void {
    this.#isDisabled = true;
  }

  wakeUp(): void {
    if (this.#isDisabled) return;
    const task = this.#task;
    if (task === undefined) this.#isWoken = true;
    else if (task === 'fetches') {
      this.#wakeFetches();
      this.#isWoken = true;
    } else {
      this.#task = undefined;
      this.#isWoken = !task.fail(wakeupFailure);
    }
  }

  /** The call is about to wait for this. */
  begin(task: Wakeable): void {
    if (this.#isDisabled) return;
    if (this.#isWoken) this.#isWoken = !task.fail(wakeupFailure);
    else this.#task = task;
  }

  /** The call is about to wait for fetches. @returns What it has to throw instead. */
  beginFetches(): Failure | undefined {
    if (this.#isDisabled) return undefined;
    const woken = this.take();
    if (woken === undefined) this.#task = 'fetches';
    return woken;
  }

  /** The wait is over. */
  end(): void {
    this.#task = undefined;
  }

  take(): Failure | undefined {
    if (!this.#isWoken || this.#isDisabled) return undefined;
    this.#isWoken = false;
    return wakeupFailure;
  }
}
