import { type Thrown } from './exceptions.ts';
import { type ThreadWait } from './thread-wait.ts';

/** What comes of a request that a call of the application may wait for (`TransactionalRequestResult`). */
export class TransactionalResult {
  /** A call has heard of it. */
  isAcked = false;
  #isCompleted = false;
  #error: Thrown | undefined = undefined;
  #waiting: ThreadWait[] = [];

  get isCompleted(): boolean {
    return this.#isCompleted;
  }

  get error(): Thrown | undefined {
    return this.#error;
  }

  /** Notifies the thread when it is completed. */
  add(thread: ThreadWait): void {
    this.#waiting.push(thread);
  }

  /** The thread waits no more. */
  remove(thread: ThreadWait): void {
    this.#waiting = this.#waiting.filter((one) => one !== thread);
  }

  done(): void {
    this.#complete();
  }

  /** Even after `done`, as long as nobody has heard of that. */
  fail(error: Thrown): void {
    this.#error = error;
    this.#complete();
  }

  #complete(): void {
    this.#isCompleted = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const thread of waiting) thread.notify();
  }
}
