import { CallTimer } from '../blocking-call.ts';
import { type Collected, nothingCollected } from '../fetch-collector.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { AsyncPollEvent, Notice } from './application-events.ts';
import { type BackgroundEventProcessor } from './background-event-processor.ts';
import { type BackgroundThread } from './background-thread.ts';
import { type CallSteps } from './call-runner.ts';
import { awaitFuture } from './call-steps.ts';
import { type CommitCallbacks } from './commit-callbacks.ts';
import { type AsyncConsumerParts } from './create-managers.ts';
import { isTimeout } from './failure.ts';
import { type WakeupTrigger } from './wakeup-trigger.ts';

export interface PollOptions {
  readonly background: BackgroundThread;
  readonly processor: BackgroundEventProcessor;
  readonly callbacks: CommitCallbacks;
  readonly wakeups: WakeupTrigger;
}

/**
 * The polls of a consumer (`AsyncKafkaConsumer.poll`). The background thread does the work of a poll; the
 * application's thread waits for it only where it has to, and a poll that ends too early leaves it to the
 * next one.
 */
export class PollSteps {
  readonly #parts: AsyncConsumerParts;
  readonly #background: BackgroundThread;
  readonly #processor: BackgroundEventProcessor;
  readonly #callbacks: CommitCallbacks;
  readonly #wakeups: WakeupTrigger;
  #inFlight: AsyncPollEvent | undefined = undefined;
  /** What had come in when the last poll was processed that is over. */
  #seenActivity = -1;

  constructor(
    parts: AsyncConsumerParts,
    { background, processor, callbacks, wakeups }: PollOptions,
  ) {
    this.#parts = parts;
    this.#background = background;
    this.#processor = processor;
    this.#callbacks = callbacks;
    this.#wakeups = wakeups;
  }

  *poll(timeoutMs: number): CallSteps<Collected> {
    const timer = new CallTimer(timeoutMs, this.#nowMs);
    this.#parts.managers.group?.commits.pollBegins();
    let thrown = this.#wakeups.take() ?? this.#checkPreviousPoll();
    while (thrown === undefined) {
      thrown = yield* this.#checkPoll(timer);
      if (thrown !== undefined) break;
      const collected = yield* this.#pollForFetches(timer);
      const { partitions, exception } = collected;
      if (partitions.length > 0) this.#sendPrefetches();
      if (partitions.length > 0 || exception !== undefined) return collected;
      if (timer.isExpired) return nothingCollected;
      thrown = this.#wakeups.take();
    }
    return throwing(thrown);
  }

  #checkPreviousPoll(): ConsumerException | undefined {
    const poll = this.#inFlight;
    if (poll?.isComplete === true) {
      if (poll.failure !== undefined || !this.#parts.fetcher.hasQueued) this.#forget(poll);
      return poll.failure;
    }
    if (poll?.isExpired(this.#nowMs) === true && poll.isValidated) this.#inFlight = undefined;
    return undefined;
  }

  *#checkPoll(timer: CallTimer): CallSteps<ConsumerException | undefined> {
    const isNew = this.#inFlight === undefined;
    if (isNew) this.#begin(timer);
    this.#callbacks.callAll();
    const thrown = yield* this.#processor.processAll(false);
    timer.update(this.#nowMs);
    if (thrown !== undefined) {
      this.#inFlight = undefined;
      return thrown;
    }
    const poll = this.#inFlight;
    if (poll?.isComplete === true) {
      this.#forget(poll);
      return poll.failure;
    }
    if (!isNew && poll?.isExpired(this.#nowMs) === true && poll.isValidated) {
      this.#inFlight = undefined;
    }
    return undefined;
  }

  #begin(timer: CallTimer): void {
    const nowMs = this.#nowMs;
    const poll = new AsyncPollEvent(
      nowMs + timer.remainingMs,
      nowMs,
      () => this.#background.activity,
    );
    this.#inFlight = poll;
    this.#background.add(poll);
  }

  #forget(poll: AsyncPollEvent): void {
    this.#inFlight = undefined;
    this.#seenActivity = poll.activity;
  }

  *#pollForFetches(timer: CallTimer): CallSteps<Collected> {
    const first = yield* this.#collect();
    if (first.partitions.length > 0 || first.exception !== undefined) return first;

    const woken = this.#wakeups.beginFetches();
    if (woken !== undefined) return throwing(woken);
    const timeoutMs = this.#fetchTimeoutMs(timer);
    const { fetchWakeups } = this.#parts;
    if (timeoutMs > 0) yield { isOver: () => fetchWakeups.isWoken, timeoutMs };
    else if (!timer.isExpired && !fetchWakeups.isWoken) yield this.#spin(timer);
    fetchWakeups.take();
    this.#wakeups.end();
    timer.update(this.#nowMs);
    return yield* this.#collect();
  }

  #fetchTimeoutMs(timer: CallTimer): number {
    const { managers, subscriptions, config } = this.#parts;
    const { remainingMs } = timer;
    const timeoutMs =
      managers.group === undefined
        ? remainingMs
        : Math.min(this.#background.maximumTimeToWaitMs, remainingMs);
    const isReady = !subscriptions.isEmpty && subscriptions.hasAllPositions;
    return isReady ? timeoutMs : Math.min(timeoutMs, config.retryBackoffMs);
  }

  /**
   * Kafka's thread does not wait here: it polls again and again until an answer has come. Here it waits
   * until its next poll would find something else than the last one.
   */
  #spin(timer: CallTimer) {
    const timeoutMs = Math.min(timer.remainingMs, this.#background.spinLimitMs);
    return { isOver: this.#hasNews, timeoutMs };
  }

  readonly #hasNews = (): boolean => {
    if (this.#processor.hasEvents || this.#parts.fetchWakeups.isWoken) return true;
    if (this.#background.maximumTimeToWaitMs > 0) return true;
    const poll = this.#inFlight;
    return poll === undefined ? this.#background.activity !== this.#seenActivity : poll.isComplete;
  };

  *#collect(): CallSteps<Collected> {
    const poll = this.#inFlight;
    const { validator, subscriptions, fetcher } = this.#parts;
    if (this.#mayBeRevoked && poll !== undefined && !poll.reconciliationCheck.isDone) {
      const { reconciliationCheck } = poll;
      this.#wakeups.begin(reconciliationCheck);
      const isDone = yield* awaitFuture(reconciliationCheck, poll.deadlineMs - this.#nowMs);
      this.#wakeups.end();
      if (!isDone) return nothingCollected;
      const { failure } = reconciliationCheck;
      if (failure !== undefined) return isTimeout(failure) ? nothingCollected : throwing(failure);
    }
    const exception = validator.takeException();
    if (exception !== undefined) return throwing(exception);
    if (validator.isUpToDate && subscriptions.hasAllPositions) return fetcher.collect();
    return poll?.isValidated === false ? nothingCollected : fetcher.collect();
  }

  /** Whether a revocation may begin while records are collected (`hasPendingReconciliation`). */
  get #mayBeRevoked(): boolean {
    const { managers, waitsForRevocations } = this.#parts;
    return waitsForRevocations && managers.group?.membership.member.state === 'reconciling';
  }

  /** The next fetches go out while the application works on these records. */
  #sendPrefetches(): void {
    this.#background.add(
      new Notice(({ fetches }) => {
        fetches.createFetchRequests();
      }),
    );
  }

  get #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }
}

function throwing({ name, partitions }: ConsumerException): Collected {
  return { partitions: [], exception: { name, partitions } };
}
