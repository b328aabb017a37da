import { CallTimer } from '../blocking-call.ts';
import { type CloseOptions } from '../consumer-client.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type GroupMetadata } from '../group/group-offset.ts';
import { CallEvent, Notice } from './application-events.ts';
import { type BackgroundEventProcessor } from './background-event-processor.ts';
import { type BackgroundThread } from './background-thread.ts';
import { type CallSteps } from './call-runner.ts';
import { awaitFuture } from './call-steps.ts';
import { type CommitSteps } from './commit-steps.ts';
import { type AsyncConsumerParts } from './create-managers.ts';
import { Future } from './future.ts';
import { sortedPartitions } from './sorted-partitions.ts';
import { type WakeupTrigger } from './wakeup-trigger.ts';

/** `ConsumerConfig.DEFAULT_CLOSE_TIMEOUT_MS` */
const closeTimeoutMs = 30_000;

/** How long `unsubscribe` waits before it looks for events again. */
const pollIntervalMs = 100;

/** Errors of the background thread that `unsubscribe` does not throw. */
const ignoredExceptions = new Set(['GroupAuthorizationException', 'TopicAuthorizationException']);

export interface CloseStepsOptions {
  readonly background: BackgroundThread;
  readonly processor: BackgroundEventProcessor;
  readonly commits: CommitSteps;
  readonly wakeups: WakeupTrigger;
}

/** How a consumer leaves its group, for a while or for good (`AsyncKafkaConsumer.close`, `unsubscribe`). */
export class CloseSteps {
  readonly #parts: AsyncConsumerParts;
  readonly #background: BackgroundThread;
  readonly #processor: BackgroundEventProcessor;
  readonly #commits: CommitSteps;
  readonly #wakeups: WakeupTrigger;

  constructor(
    parts: AsyncConsumerParts,
    { background, processor, commits, wakeups }: CloseStepsOptions,
  ) {
    this.#parts = parts;
    this.#background = background;
    this.#processor = processor;
    this.#commits = commits;
    this.#wakeups = wakeups;
  }

  /** Commits nothing. @returns What is thrown. */
  *unsubscribe(): CallSteps<ConsumerException | undefined> {
    const { fetcher, subscriptions, config } = this.#parts;
    fetcher.retain(new Set());
    const timer = new CallTimer(config.defaultApiTimeoutMs, this.#nowMs);
    const deadlineMs = this.#nowMs + config.defaultApiTimeoutMs;
    const event = new CallEvent<undefined>(deadlineMs, ({ group }) => {
      if (group !== undefined) return group.membership.unsubscribe();
      subscriptions.unsubscribe();
      return Future.completed(undefined);
    });
    this.#background.add(event);
    do {
      const hadEvents = this.#processor.hasEvents;
      const thrown = yield* this.#processor.processAll(true);
      if (thrown !== undefined && !ignoredExceptions.has(thrown.name)) return thrown;
      if (event.future.isDone) break;
      if (!hadEvents && (yield* awaitFuture(event.future, pollIntervalMs))) break;
      timer.update(this.#nowMs);
    } while (!timer.isExpired);
    return undefined;
  }

  /** `group`: as the application sees it. @returns What is thrown. */
  *close(
    group: GroupMetadata | undefined,
    { timeoutMs = closeTimeoutMs, membership = 'default' }: CloseOptions,
  ): CallSteps<ConsumerException | undefined> {
    const { config } = this.#parts;
    this.#wakeups.disable();
    const timer = new CallTimer(Math.min(timeoutMs, config.requestTimeoutMs), this.#nowMs);
    let thrown: ConsumerException | undefined;
    if (group !== undefined) {
      yield* this.#commit(timer);
      thrown = yield* this.#tellListener(group);
      yield* this.#leave(timer, membership);
    }
    yield* this.#commits.awaitAsync(timer, false);
    this.#background.close(new CallTimer(timer.remainingMs, this.#nowMs));
    yield { isOver: () => this.#background.isClosed, timeoutMs: Infinity };
    return thrown === undefined ? undefined : { name: 'KafkaException', partitions: [] };
  }

  /** What goes wrong with the last commit is not told. */
  *#commit(timer: CallTimer): CallSteps<void> {
    if (this.#parts.config.enableAutoCommit) {
      yield* this.#commits.sync(undefined, timer.remainingMs, 'close');
      timer.update(this.#nowMs);
    }
    this.#background.add(closing);
  }

  *#tellListener({ generationId }: GroupMetadata): CallSteps<ConsumerException | undefined> {
    const { subscriptions } = this.#parts;
    if (!subscriptions.isAutoAssigned || subscriptions.isEmpty) return undefined;
    const dropped = sortedPartitions(subscriptions.partitions());
    return yield* this.#processor.tellRemoved(dropped, generationId <= 0);
  }

  *#leave(timer: CallTimer, membership: NonNullable<CloseOptions['membership']>): CallSteps<void> {
    const deadlineMs = this.#nowMs + timer.remainingMs;
    const event = new CallEvent<undefined>(
      deadlineMs,
      ({ group }) => group?.membership.leaveOnClose(membership) ?? Future.completed(undefined),
    );
    this.#background.add(event);
    yield* awaitFuture(event.future, timer.remainingMs);
    timer.update(this.#nowMs);
  }

  get #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }
}

const closing = new Notice(({ group }) => {
  group?.commits.signalClose();
  group?.coordinators.signalClose();
});
