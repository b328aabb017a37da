import { type Context } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';
import { type CallEnded } from './send-call.ts';
import { ThreadWait } from './thread-wait.ts';
import { type TransactionalResult } from './transactional-result.ts';

/** A thread that waits for what comes of a request (`TransactionalRequestResult.await`). */
export class ResultWait {
  readonly #result: TransactionalResult;
  readonly #thread: ThreadWait;
  readonly #ended: CallEnded;

  constructor(context: Context<Frame, Fact>, result: TransactionalResult, ended: CallEnded) {
    this.#result = result;
    this.#ended = ended;
    this.#thread = new ThreadWait(context, () => {
      this.#goOn();
    });
  }

  /** After `timeoutMs` the call throws, but what it waits for goes on. */
  start(timeoutMs: number): void {
    if (this.#result.isCompleted) {
      this.#goOn();
      return;
    }
    this.#result.add(this.#thread);
    this.#thread.begin(timeoutMs);
  }

  #goOn(): void {
    const result = this.#result;
    this.#thread.end();
    if (result.isCompleted) {
      result.isAcked = true;
      this.#ended(result.error);
    } else {
      result.remove(this.#thread);
      this.#ended('TimeoutException');
    }
  }
}
