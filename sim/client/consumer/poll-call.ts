import { type ConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { type BlockingCall, callEnded, CallTimer } from './blocking-call.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type ConsumerNetworkClient } from './consumer-network-client.ts';
import { type Collected, nothingCollected } from './fetch-collector.ts';
import { type Fetcher } from './fetcher.ts';
import { type OffsetResetter } from './offset-resetter.ts';
import { type PositionValidator } from './position-validator.ts';
import { type SubscriptionState } from './subscription-state.ts';

/** What a poll works with. */
export interface PollParts {
  readonly network: ConsumerNetworkClient;
  readonly subscriptions: SubscriptionState;
  readonly validator: PositionValidator;
  readonly resetter: OffsetResetter;
  readonly fetcher: Fetcher;
  readonly config: ConsumerConfig;
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

  /** `timeoutMs` may be Infinity. */
  constructor(parts: PollParts, timeoutMs: number, nowMs: number, ended: PollEnded) {
    this.#parts = parts;
    this.#ended = ended;
    this.#timer = new CallTimer(timeoutMs, nowMs);
  }

  /** Until something has been fetched. */
  get mayWait(): boolean {
    return !this.#parts.fetcher.hasAvailableFetches;
  }

  step(nowMs: number, thrown: ConsumerException | undefined): number | typeof callEnded {
    this.#timer.update(nowMs);
    if (thrown !== undefined) return this.#throw(thrown);
    if (this.#hasPolled && (this.#collect() || this.#timer.isExpired)) return callEnded;
    this.#hasPolled = true;

    const exception = this.#parts.network.takeWakeup() ?? this.#updatePositions();
    if (exception !== undefined) return this.#throw(exception);
    const { subscriptions, config } = this.#parts;
    const { hasAllPositions } = subscriptions;
    if (this.#collect()) return callEnded;
    this.#sendFetches();
    const { remainingMs } = this.#timer;
    return hasAllPositions ? remainingMs : Math.min(remainingMs, config.retryBackoffMs);
  }

  deliver(): void {
    this.#ended(this.#outcome);
  }

  /** Validates and resets what needs it; nothing here waits for an answer. */
  #updatePositions(): ConsumerException | undefined {
    const { validator, subscriptions, resetter } = this.#parts;
    const exception = validator.validateIfNeeded();
    if (exception !== undefined || subscriptions.hasAllPositions) return exception;

    const hopeless = subscriptions.resetInitializing();
    if (hopeless.length > 0) return { name: 'NoOffsetForPartitionException', partitions: hopeless };
    return resetter.resetIfNeeded();
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
