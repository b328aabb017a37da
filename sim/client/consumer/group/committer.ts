import { CallTimer } from '../blocking-call.ts';
import { type CommitCompleted } from '../consumer-client.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { caught, pollOnce, pollWhile, rest, type Waits } from '../waits.ts';
import { type CommitCause, CommitStory } from './commit-story.ts';
import { type GroupOffset } from './group-offset.ts';
import { type GroupParts } from './group-parts.ts';
import { type CommitResult, OffsetCommit } from './offset-commit.ts';
import { type PendingOutcome } from './pending-outcome.ts';

/** An asynchronous commit whose callback is still to be called. */
interface Completion {
  readonly completed: CommitCompleted;
  readonly offsets: readonly GroupOffset[];
  readonly exception: ConsumerException | undefined;
}

interface AsyncCommit {
  readonly offsets: readonly GroupOffset[];
  readonly completed: CommitCompleted;
  readonly story: CommitStory;
}

/** The commits of a consumer (`ConsumerCoordinator`). */
export class Committer {
  readonly #parts: GroupParts;
  readonly #commits: OffsetCommit;
  readonly #autoCommit: CallTimer;
  /** A client that is not Kafka's: an asynchronous commit is sent again, perhaps after a newer one. */
  readonly #mayRetry: boolean;
  /** In the order in which they were completed. */
  #completions: Completion[] = [];
  /** How many asynchronous commits are under way. */
  #inFlight = 0;
  /** How many wait until the coordinator is found. */
  #waiting = 0;
  #isFenced = false;
  #calls = 0;

  constructor(parts: GroupParts) {
    this.#parts = parts;
    this.#commits = new OffsetCommit(parts);
    this.#mayRetry = parts.switches['consumer.retryAsyncCommit'] === 'on';
    const { autoCommitIntervalMs } = parts.config;
    this.#autoCommit = new CallTimer(autoCommitIntervalMs, parts.context.wallClockMs());
  }

  /** Calls the callbacks of what has been completed. @returns What is thrown instead. */
  callCompleted(): ConsumerException | undefined {
    if (this.#isFenced) return { name: 'FencedInstanceIdException', partitions: [] };
    if (this.#completions.length === 0) return undefined;
    const completions = this.#completions;
    this.#completions = [];
    for (const { completed, offsets, exception } of completions) completed(offsets, exception);
    return undefined;
  }

  // Synchronous commits.

  /** Tries again until the timer is over. @returns Whether it was committed; false: not in time. */
  *sync(
    offsets: readonly GroupOffset[],
    timer: CallTimer,
    why: CommitCause,
  ): Waits<boolean | ConsumerException> {
    const story = this.#begin(why);
    const outcome = yield* caught(this.#untilCommitted(offsets, timer, story));
    if (outcome === true) story.succeeded();
    else story.failed(outcome === false ? 'TimeoutException' : outcome.name);
    return outcome;
  }

  *#untilCommitted(
    offsets: readonly GroupOffset[],
    timer: CallTimer,
    story: CommitStory,
  ): Waits<boolean | ConsumerException> {
    const { coordinator, backoff } = this.#parts;
    const fenced = this.callCompleted();
    if (fenced !== undefined) return fenced;
    if (offsets.length === 0) return yield* this.#awaitAsync(timer);
    let attempts = 0;
    do {
      const isReady = yield* coordinator.ensureReady(timer);
      if (isReady !== true) return isReady;
      const reply = this.#commits.send(offsets, story);
      yield* pollWhile(reply, timer);
      // What was committed before is told before, too.
      const thrown = this.callCompleted();
      if (thrown !== undefined) return thrown;
      const { outcome } = reply;
      if (outcome === 'committed') return true;
      if (outcome?.isRetriable === false) return { name: outcome.exception, partitions: [] };
      yield* rest(backoff.next(attempts++), timer);
    } while (!timer.isExpired);
    return false;
  }

  /** Until all callbacks of asynchronous commits have been called. */
  *#awaitAsync(timer: CallTimer): Waits<boolean | ConsumerException> {
    if (this.#inFlight === 0) return true;
    let attempts = 0;
    do {
      const isReady = yield* this.#parts.coordinator.ensureReady(timer);
      if (typeof isReady !== 'boolean') return isReady;
      yield* pollOnce(timer);
      const thrown = this.callCompleted();
      if (thrown !== undefined) return thrown;
      if (this.#isIdle()) return true;
      yield* rest(this.#parts.backoff.next(attempts++), timer);
    } while (!timer.isExpired);
    return false;
  }

  #isIdle(): boolean {
    return this.#inFlight === 0;
  }

  // Asynchronous commits.

  /**
   * Sends the offsets once, as soon as the coordinator is known; never again, so that commits do not
   * overtake each other. @returns What becomes of it, if it was sent at once.
   */
  async(
    offsets: readonly GroupOffset[],
    completed: CommitCompleted,
    why: CommitCause,
  ): PendingOutcome<CommitResult> | ConsumerException | undefined {
    const { coordinator, network } = this.#parts;
    const fenced = this.callCompleted();
    if (fenced !== undefined) return fenced;
    const isReady = offsets.length === 0 || coordinator.ensureReadyNow();
    if (typeof isReady !== 'boolean') return isReady;
    let reply: PendingOutcome<CommitResult> | undefined;
    const commit = { offsets, completed, story: this.#begin(why) };
    if (isReady) reply = this.#send(commit);
    else this.#sendWhenFound(commit);
    return network.pollNoWakeup() ?? reply;
  }

  #sendWhenFound(commit: AsyncCommit): void {
    const { coordinator, network } = this.#parts;
    this.#waiting += 1;
    coordinator.lookUp().whenKnown((outcome) => {
      this.#waiting -= 1;
      if (outcome === 'found') {
        this.#send(commit);
        network.pollInHandler();
      } else {
        const exception = { name: 'RetriableCommitFailedException', partitions: [] };
        this.#complete(commit, exception);
      }
    });
  }

  #send(commit: AsyncCommit): PendingOutcome<CommitResult> {
    const reply = this.#commits.send(commit.offsets, commit.story);
    this.#inFlight += 1;
    reply.whenKnown((result) => {
      this.#inFlight -= 1;
      if (this.#mayRetry && result !== 'committed' && result.isRetriable) {
        this.#sendAgain(commit);
        return;
      }
      const exception = exceptionOf(result);
      if (exception?.name === 'FencedInstanceIdException') this.#isFenced = true;
      this.#complete(commit, exception);
    });
    return reply;
  }

  #sendAgain(commit: AsyncCommit): void {
    const { coordinator } = this.#parts;
    if (coordinator.known() !== undefined) {
      this.#send(commit);
      return;
    }
    coordinator.forgetLookup();
    this.#sendWhenFound(commit);
  }

  #complete(
    { offsets, completed, story }: AsyncCommit,
    exception: ConsumerException | undefined,
  ): void {
    if (exception === undefined) story.succeeded();
    else story.failed(exception.name);
    this.#completions.push({ completed, offsets, exception });
  }

  // Automatic commits.

  /** Milliseconds until the next; Infinity: there is none. */
  get timeToAutoCommitMs(): number {
    return this.#parts.config.enableAutoCommit ? this.#autoCommit.remainingMs : Infinity;
  }

  /** The next one is due `auto.commit.interval.ms` from now. */
  restartInterval(): void {
    this.#nextAutoCommitAfter(this.#parts.config.autoCommitIntervalMs);
  }

  /** Commits all positions if it is time. @returns What is thrown. */
  autoCommitIfDue(nowMs: number): ConsumerException | undefined {
    const { enableAutoCommit, autoCommitIntervalMs } = this.#parts.config;
    if (!enableAutoCommit) return undefined;
    this.#autoCommit.update(nowMs);
    if (!this.#autoCommit.isExpired) return undefined;
    this.#autoCommit.reset(autoCommitIntervalMs);
    const outcome = this.autoCommitNow('auto');
    return outcome !== undefined && 'name' in outcome ? outcome : undefined;
  }

  /** As `async`, for all positions. */
  autoCommitNow(why: CommitCause): PendingOutcome<CommitResult> | ConsumerException | undefined {
    return this.async(this.#parts.consumed(), this.#autoCommitted, why);
  }

  /** The last commit of all: what goes wrong with it is not told. */
  *autoCommitBeforeClose(timer: CallTimer): Waits<void> {
    if (!this.#parts.config.enableAutoCommit) return;
    yield* this.sync(this.#parts.consumed(), timer, 'close');
  }

  /** Until all asynchronous commits have been sent. */
  *sendAll(timer: CallTimer): Waits<ConsumerException | undefined> {
    while (this.#waiting > 0 && !timer.isExpired) {
      const isReady = yield* this.#parts.coordinator.ensureReady(timer);
      if (typeof isReady !== 'boolean') return isReady;
      yield* pollOnce(timer);
      const thrown = this.callCompleted();
      if (thrown !== undefined) return thrown;
    }
    return undefined;
  }

  readonly #autoCommitted: CommitCompleted = (_offsets, exception) => {
    if (exception?.name !== 'RetriableCommitFailedException') return;
    this.#nextAutoCommitAfter(this.#parts.config.retryBackoffMs);
  };

  #nextAutoCommitAfter(ms: number): void {
    this.#autoCommit.update(this.#parts.context.wallClockMs());
    this.#autoCommit.reset(ms);
  }

  #begin(why: CommitCause): CommitStory {
    this.#calls += 1;
    const { context, membership, nextCommitUid } = this.#parts;
    const call = { commit: this.#calls, uid: nextCommitUid(), why };
    return new CommitStory(context, membership.groupId, call);
  }
}

/** What an asynchronous commit tells its callback. */
function exceptionOf(result: CommitResult): ConsumerException | undefined {
  if (result === 'committed') return undefined;
  const { exception, isRetriable } = result;
  return { name: isRetriable ? 'RetriableCommitFailedException' : exception, partitions: [] };
}
