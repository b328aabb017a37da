import { type Context, type TimerId } from '../../../kernel/process.ts';
import { milliseconds } from '../../../kernel/time.ts';
import { type Operation } from './coordinator-operation.ts';

/** Timers, as far as a coordinator needs them. */
export type ClockTimers = Pick<Context<never, never>, 'setTimer' | 'cancelTimer'>;

/**
 * The timers of one partition, by name: setting one again replaces it. Each fires as an operation on
 * the newest state (`CoordinatorTimerImpl`).
 */
export class CoordinatorTimers {
  readonly #clock: ClockTimers;
  readonly #perform: (operate: () => Operation) => void;
  readonly #set = new Map<string, TimerId>();

  constructor(clock: ClockTimers, perform: (operate: () => Operation) => void) {
    this.#clock = clock;
    this.#perform = perform;
  }

  schedule(key: string, delayMs: number, operate: () => Operation): void {
    this.cancel(key);
    const timer = this.#clock.setTimer(milliseconds(delayMs), {
      taskName: 'coordinator-timer',
      run: () => {
        this.#set.delete(key);
        this.#perform(operate);
      },
    });
    this.#set.set(key, timer);
  }

  isScheduled(key: string): boolean {
    return this.#set.has(key);
  }

  cancel(key: string): void {
    const timer = this.#set.get(key);
    if (timer === undefined) return;
    this.#clock.cancelTimer(timer);
    this.#set.delete(key);
  }

  cancelAll(): void {
    for (const timer of this.#set.values()) this.#clock.cancelTimer(timer);
    this.#set.clear();
  }
}
