import { shorten } from '../../kernel/lists.ts';
import { type Context, noTimer, type Task, type TimerId } from '../../kernel/process.ts';
import { type Duration } from '../../kernel/time.ts';

/** Timers, as far as waiting operations need them. */
export type Timers = Pick<Context<never, never>, 'setTimer' | 'cancelTimer'>;

/**
 * A request whose answer waits for something to happen in partitions, or for its time to be over
 * (`DelayedOperation`). It is completed exactly once.
 */
export abstract class DelayedOperation implements Task {
  abstract readonly taskName: string;
  isCompleted = false;
  #timers: Timers | undefined = undefined;
  #timer: TimerId = noTimer;

  /** Whether it may be completed now. May note what is already decided. */
  abstract canComplete(): boolean;
  /** Answers the request with what is the case now. */
  protected abstract complete(): void;

  /** Completes if it may; else it waits, at most for `longest`, to be checked by the watch lists. */
  completeOrWatch(timers: Timers, longest: Duration, lists: Iterable<WatchList>): void {
    if (this.completeIfPossible()) return;
    for (const list of lists) list.watch(this);
    this.#timers = timers;
    this.#timer = timers.setTimer(longest, this);
  }

  completeIfPossible(): boolean {
    if (this.isCompleted || !this.canComplete()) return false;
    this.#end();
    return true;
  }

  /** Its time is over. */
  run(): void {
    this.#timer = noTimer;
    if (!this.isCompleted) this.#end();
  }

  #end(): void {
    this.isCompleted = true;
    if (this.#timer !== noTimer) this.#timers?.cancelTimer(this.#timer);
    this.complete();
  }
}

const smallestPurgeSize = 8;

/** The operations of one kind that wait for something to happen in one partition, oldest first. */
export class WatchList {
  readonly #operations: DelayedOperation[] = [];
  /** Completed operations stay in the list until it has grown to this: removing one needs no search. */
  #purgeSize = smallestPurgeSize;
  /** What completes may append, which checks again: nothing may move meanwhile. */
  #checks = 0;

  watch(operation: DelayedOperation): void {
    if (this.#checks === 0 && this.#operations.length >= this.#purgeSize) {
      this.#purge();
      this.#purgeSize = Math.max(smallestPurgeSize, 2 * this.#operations.length);
    }
    this.#operations.push(operation);
  }

  /** Completes those that can be completed now. */
  checkAll(): void {
    if (this.#operations.length === 0) return;
    let hasCompleted = false;
    this.#checks += 1;
    for (const operation of this.#operations) {
      if (operation.isCompleted || operation.completeIfPossible()) hasCompleted = true;
    }
    this.#checks -= 1;
    if (hasCompleted && this.#checks === 0) this.#purge();
  }

  /** Whether nothing waits; an answer of false may be late. */
  get isEmpty(): boolean {
    return this.#operations.length === 0;
  }

  #purge(): void {
    const operations = this.#operations;
    let kept = 0;
    for (const operation of operations) {
      if (operation.isCompleted) continue;
      operations[kept] = operation;
      kept += 1;
    }
    shorten(operations, kept);
  }
}
