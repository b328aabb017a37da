import { type Metadata } from '../metadata.ts';
import { sleepFor } from '../poll-loop.ts';
import { type BlockingCall, callEnded, type CallTimer } from './blocking-call.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type PollCondition } from './consumer-network-client.ts';

/** One wait inside a call. */
export interface Wait {
  /** As `BlockingCall.step` gives it. */
  readonly timeoutMs: number;
  readonly condition: PollCondition;
  /** Hears what the poll throws, and the part goes on; left out: the whole call ends. */
  readonly caught?: (exception: ConsumerException) => void;
  /** As in `BlockingCall`. */
  readonly holdsMonitor?: boolean;
}

/**
 * A part of a call that waits for the network on its way: it yields each wait, is resumed with the time,
 * and returns what came out. When a poll throws what nobody catches, it is not resumed.
 */
export type Waits<T> = Generator<Wait, T, number>;

const always: PollCondition = { mayWait: true };

/** Polls until `condition` holds no more, but once at least (`ConsumerNetworkClient.poll`). */
export function* pollWhile(condition: PollCondition, timer: CallTimer): Waits<void> {
  do timer.update(yield { timeoutMs: timer.remainingMs, condition });
  while (condition.mayWait && !timer.isExpired);
}

/** Polls once, for as long as the timer says. */
export function* pollOnce(timer: CallTimer): Waits<void> {
  timer.update(yield { timeoutMs: timer.remainingMs, condition: always });
}

/** Rests, but not for longer than the timer says (`Timer.sleep`). */
export function* rest(ms: number, timer: CallTimer): Waits<void> {
  const restMs = Math.min(ms, timer.remainingMs);
  if (restMs > 0) timer.update(yield { timeoutMs: sleepFor(restMs), condition: always });
}

/** Asks for metadata and polls until they are there (`ConsumerNetworkClient.awaitMetadataUpdate`). */
export function* awaitMetadata(metadata: Metadata, timer: CallTimer): Waits<void> {
  const version = metadata.requestUpdate();
  do yield* pollOnce(timer);
  while (metadata.updateVersion === version && !timer.isExpired);
}

/** Ends only this part when a poll throws, and returns the exception. */
export function* caught<T>(part: Waits<T>): Waits<T | ConsumerException> {
  let thrown: ConsumerException | undefined;
  const take = (exception: ConsumerException): void => {
    thrown = exception;
  };
  let next = part.next(0);
  while (next.done !== true) {
    const nowMs: number = yield { caught: take, ...next.value };
    if (thrown !== undefined) return thrown;
    next = part.next(nowMs);
  }
  return next.value;
}

/** Keeps the heartbeat thread out for as long as this part goes on. */
export function* synchronized<T>(part: Waits<T>): Waits<T> {
  let next = part.next(0);
  while (next.done !== true) next = part.next(yield { ...next.value, holdsMonitor: true });
  return next.value;
}

/** Takes a part of a call from wait to wait. */
export class WaitSteps<T> implements PollCondition {
  readonly #part: Waits<T>;
  #wait: Wait | undefined = undefined;
  #outcome: T | ConsumerException | undefined = undefined;

  constructor(part: Waits<T>) {
    this.#part = part;
  }

  get mayWait(): boolean {
    return this.#wait?.condition.mayWait ?? true;
  }

  get holdsMonitor(): boolean {
    return this.#wait?.holdsMonitor === true;
  }

  /** What the part has returned, or what has ended it; undefined before. */
  get outcome(): T | ConsumerException | undefined {
    return this.#outcome;
  }

  /** As `BlockingCall.step`. */
  step(nowMs: number, thrown: ConsumerException | undefined): number | typeof callEnded {
    if (thrown !== undefined && this.#wait?.caught === undefined) {
      this.#outcome = thrown;
      return callEnded;
    }
    if (thrown !== undefined) this.#wait?.caught?.(thrown);
    const next = this.#part.next(nowMs);
    if (next.done === true) {
      this.#wait = undefined;
      this.#outcome = next.value;
      return callEnded;
    }
    this.#wait = next.value;
    return next.value.timeoutMs;
  }
}

/** A call that is one part. */
export class PartCall<T> extends WaitSteps<T> implements BlockingCall {
  readonly #ended: (outcome: T | ConsumerException | undefined) => void;

  /** `ended` hears what the part has returned, or what has ended it. */
  constructor(part: Waits<T>, ended: (outcome: T | ConsumerException | undefined) => void) {
    super(part);
    this.#ended = ended;
  }

  deliver(): void {
    this.#ended(this.outcome);
  }
}
