import { assert } from '../../kernel/assert.ts';
import { callEnded } from './blocking-call.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type PollCondition } from './consumer-network-client.ts';
import { synchronized, type Waits, WaitSteps } from './waits.ts';

/**
 * A wait of a reply's handler. In Java the handler itself polls, inside of the poll that has called it;
 * here the call that polls goes on when the handler has got what it waits for.
 */
export class HandlerWait implements PollCondition {
  /** What the poll that called the handler has thrown. */
  thrownBefore: ConsumerException | undefined = undefined;
  #steps: WaitSteps<void> | undefined = undefined;
  #isFirst = true;

  get goesOn(): boolean {
    return this.#steps !== undefined;
  }

  get mayWait(): boolean {
    return this.#steps?.mayWait ?? false;
  }

  readonly holdsMonitor = true;

  /** Of a part that catches what its polls throw. It begins when the poll that goes on is over. */
  begin(part: Waits<void>): void {
    assert(this.#steps === undefined, 'one handler waits at a time');
    this.#steps = new WaitSteps(synchronized(part));
    this.#isFirst = true;
  }

  /** As `BlockingCall.step`. */
  step(nowMs: number, thrown: ConsumerException | undefined): number | typeof callEnded {
    const steps = this.#steps;
    assert(steps !== undefined, 'a handler waits');
    if (this.#isFirst) this.thrownBefore = thrown;
    const timeoutMs = steps.step(nowMs, this.#isFirst ? undefined : thrown);
    this.#isFirst = false;
    if (timeoutMs === callEnded) this.#steps = undefined;
    return timeoutMs;
  }
}
