import { type BlockingCall, callEnded, CallTimer } from './blocking-call.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type Collected, nothingCollected } from './fetch-collector.ts';
import { type Fetcher } from './fetcher.ts';
import { type ConsumerCoordinator } from './group/consumer-coordinator.ts';
import { type PositionParts, type PositionUpdater } from './position-updater.ts';
import { type Waits, WaitSteps } from './waits.ts';

/** What a poll works with. */
export interface PollParts extends PositionParts {
  readonly positions: PositionUpdater;
  readonly fetcher: Fetcher;
}

/** Hears what a poll returned or threw. */
export type PollEnded = (outcome: Collected) => void;

/** `ClassicKafkaConsumer.poll` */
export class PollCall implements BlockingCall {
  readonly #parts: PollParts;
  readonly #ended: PollEnded;
  readonly #timer: CallTimer;
  #outcome = nothingCollected;
  #hasPolled = false;
  /** What comes before the fetches, while it waits. */
  #preparation: WaitSteps<ConsumerException | undefined> | undefined = undefined;

  /** `timeoutMs` may be Infinity. */
  constructor(parts: PollParts, timeoutMs: number, ended: PollEnded) {
    this.#parts = parts;
    this.#ended = ended;
    this.#timer = new CallTimer(timeoutMs, parts.context.wallClockMs());
  }

  /** Until something has been fetched. */
  get mayWait(): boolean {
    return this.#preparation?.mayWait ?? !this.#parts.fetcher.hasAvailableFetches;
  }

  get holdsMonitor(): boolean {
    return this.#preparation?.holdsMonitor === true;
  }

  step(nowMs: number, thrown: ConsumerException | undefined): number | typeof callEnded {
    this.#timer.update(nowMs);
    if (this.#preparation !== undefined) return this.#prepare(this.#preparation, nowMs, thrown);
    if (thrown !== undefined) return this.#throw(thrown);
    if (this.#hasPolled && (this.#collect() || this.#timer.isExpired)) return callEnded;
    this.#hasPolled = true;

    const { network, coordinator, positions } = this.#parts;
    const wakeup = network.takeWakeup();
    if (wakeup !== undefined) return this.#throw(wakeup);
    if (coordinator === undefined) return this.#pollForFetches(nowMs, positions.updateNow());
    return this.#prepare(new WaitSteps(this.#updateAssignment(coordinator)), nowMs, undefined);
  }

  deliver(): void {
    this.#ended(this.#outcome);
  }

  #prepare(
    preparation: WaitSteps<ConsumerException | undefined>,
    nowMs: number,
    thrown: ConsumerException | undefined,
  ): number | typeof callEnded {
    this.#preparation = preparation;
    const timeoutMs = preparation.step(nowMs, thrown);
    if (timeoutMs !== callEnded) return timeoutMs;
    this.#preparation = undefined;
    return this.#pollForFetches(nowMs, preparation.outcome);
  }

  /** `ClassicKafkaConsumer.updateAssignmentMetadataIfNeeded` */
  *#updateAssignment(coordinator: ConsumerCoordinator): Waits<ConsumerException | undefined> {
    const isUpToDate = yield* coordinator.poll(this.#timer);
    if (isUpToDate === false) return undefined;
    if (isUpToDate !== true) return isUpToDate;
    return yield* this.#parts.positions.update(this.#timer);
  }

  #pollForFetches(
    nowMs: number,
    exception: ConsumerException | undefined,
  ): number | typeof callEnded {
    if (exception !== undefined) return this.#throw(exception);
    const { coordinator, positions, config } = this.#parts;
    const toNextPollMs = coordinator?.timeToNextPollMs(nowMs) ?? Infinity;
    if (typeof toNextPollMs !== 'number') return this.#throw(toNextPollMs);
    if (this.#collect()) return callEnded;
    this.#sendFetches();
    const timeoutMs = Math.min(toNextPollMs, this.#timer.remainingMs);
    // A lookup of a position may be backing off.
    return positions.hadAll ? timeoutMs : Math.min(timeoutMs, config.retryBackoffMs);
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
