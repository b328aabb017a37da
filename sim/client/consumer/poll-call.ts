import { type BlockingCall, callEnded, CallTimer } from './blocking-call.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type ConsumerParts } from './consumer-parts.ts';
import { type Collected, nothingCollected } from './fetch-collector.ts';
import { type Fetcher } from './fetcher.ts';
import { type CommittedPositions } from './group/committed-positions.ts';
import { type OffsetResetter } from './offset-resetter.ts';
import { type PositionValidator } from './position-validator.ts';
import { type Wait, type Waits } from './waits.ts';

/** What a poll works with. */
export interface PollParts extends ConsumerParts {
  readonly validator: PositionValidator;
  readonly resetter: OffsetResetter;
  readonly fetcher: Fetcher;
  /** Undefined without a group. */
  readonly committed: CommittedPositions | undefined;
}

/** Hears what a poll returned or threw. */
export type PollEnded = (outcome: Collected) => void;

/** `poll` of a consumer that has assigned its partitions itself (`ClassicKafkaConsumer.poll`). */
export class PollCall implements BlockingCall {
  readonly #parts: PollParts;
  readonly #ended: PollEnded;
  readonly #timer: CallTimer;
  #outcome = nothingCollected;
  #hasPolled = false;
  #hadAllPositions = false;
  /** What comes before the fetches, while it waits, and for what. */
  #positioning: Waits<ConsumerException | undefined> | undefined = undefined;
  #wait: Wait | undefined = undefined;

  /** `timeoutMs` may be Infinity. */
  constructor(parts: PollParts, timeoutMs: number, ended: PollEnded) {
    this.#parts = parts;
    this.#ended = ended;
    this.#timer = new CallTimer(timeoutMs, parts.context.wallClockMs());
  }

  /** Until something has been fetched. */
  get mayWait(): boolean {
    return this.#wait?.condition.mayWait ?? !this.#parts.fetcher.hasAvailableFetches;
  }

  step(nowMs: number, thrown: ConsumerException | undefined): number | typeof callEnded {
    this.#timer.update(nowMs);
    if (thrown !== undefined) return this.#throw(thrown);
    if (this.#positioning !== undefined) return this.#goOn(this.#positioning);
    if (this.#hasPolled && (this.#collect() || this.#timer.isExpired)) return callEnded;
    this.#hasPolled = true;

    const { network, committed } = this.#parts;
    const wakeup = network.takeWakeup();
    if (wakeup !== undefined) return this.#throw(wakeup);
    if (committed !== undefined) return this.#goOn(this.#updatePositionsOf(committed));
    return this.#pollForFetches(this.#updatePositions());
  }

  deliver(): void {
    this.#ended(this.#outcome);
  }

  #goOn(positioning: Waits<ConsumerException | undefined>): number | typeof callEnded {
    const next = positioning.next();
    if (next.done === true) {
      this.#positioning = undefined;
      this.#wait = undefined;
      return this.#pollForFetches(next.value);
    }
    this.#positioning = positioning;
    this.#wait = next.value;
    return next.value.timeoutMs;
  }

  /** Validates and resets what needs it; nothing here waits for an answer. */
  #updatePositions(): ConsumerException | undefined {
    const exception = this.#validate();
    return exception !== undefined || this.#hadAllPositions ? exception : this.#reset();
  }

  /** The same with the offsets that the group has committed, for which it waits. */
  *#updatePositionsOf(committed: CommittedPositions): Waits<ConsumerException | undefined> {
    const exception = (yield* committed.beginTurn(this.#timer)) ?? this.#validate();
    if (exception !== undefined || this.#hadAllPositions) return exception;
    const isInitialized = yield* committed.initialize(this.#timer);
    if (isInitialized === false) return undefined;
    return isInitialized === true ? this.#reset() : isInitialized;
  }

  #validate(): ConsumerException | undefined {
    const { validator, subscriptions } = this.#parts;
    const exception = validator.validateIfNeeded();
    this.#hadAllPositions = subscriptions.hasAllPositions;
    return exception;
  }

  #reset(): ConsumerException | undefined {
    const { subscriptions, resetter } = this.#parts;
    const hopeless = subscriptions.resetInitializing();
    if (hopeless.length > 0) return { name: 'NoOffsetForPartitionException', partitions: hopeless };
    return resetter.resetIfNeeded();
  }

  #pollForFetches(exception: ConsumerException | undefined): number | typeof callEnded {
    if (exception !== undefined) return this.#throw(exception);
    if (this.#collect()) return callEnded;
    this.#sendFetches();
    const { remainingMs } = this.#timer;
    const { retryBackoffMs } = this.#parts.config;
    return this.#hadAllPositions ? remainingMs : Math.min(remainingMs, retryBackoffMs);
  }

  /** @returns Whether the poll is over. */
  #collect(): boolean {
    const { fetcher, network } = this.#parts;
    this.#outcome = fetcher.collect();
    if (this.#outcome.exception !== undefined) return true;
    if (this.#outcome.partitions.length === 0) return false;
    // The next fetches go out before the application works on these records.
    if (this.#sendFetches() > 0 || network.hasPendingRequests) network.transmitSends();
    return true;
  }

  #sendFetches(): number {
    this.#parts.validator.compareWithMetadata();
    return this.#parts.fetcher.sendFetches();
  }

  #throw(exception: ConsumerException): typeof callEnded {
    this.#outcome = { partitions: [], exception };
    return callEnded;
  }
}
