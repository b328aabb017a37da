import { type CommitCompleted } from '../consumer-client.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type GroupOffset } from '../group/group-offset.ts';

/** An asynchronous commit that is over, and whose callback is still to be called. */
interface Completion {
  readonly completed: CommitCompleted;
  readonly offsets: readonly GroupOffset[];
  readonly exception: ConsumerException | undefined;
}

/** Calls callbacks on the application's thread (`OffsetCommitCallbackInvoker`). */
export class CommitCallbacks {
  #completions: Completion[] = [];

  add(completion: Completion): void {
    this.#completions.push(completion);
  }

  /** In the order in which the commits were completed. */
  callAll(): void {
    if (this.#completions.length === 0) return;
    const completions = this.#completions;
    this.#completions = [];
    for (const { completed, offsets, exception } of completions) completed(offsets, exception);
  }
}
