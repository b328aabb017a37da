import { CallTimer } from '../blocking-call.ts';
import { type CommitCompleted } from '../consumer-client.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type CommitCause } from '../group/commit-story.ts';
import { type GroupOffset } from '../group/group-offset.ts';
import { type CommitInCallback } from '../rebalance-listener.ts';
import { CallEvent } from './application-events.ts';
import { type BackgroundThread } from './background-thread.ts';
import { type CallSteps } from './call-runner.ts';
import { awaitWithin } from './call-steps.ts';
import { type CommitCallbacks } from './commit-callbacks.ts';
import { type AsyncConsumerParts } from './create-managers.ts';
import { type Failure, failure, timeoutFailure, wakeupFailure } from './failure.ts';
import { Future } from './future.ts';
import { type WakeupTrigger } from './wakeup-trigger.ts';

const invalidGroupId = failure('InvalidGroupIdException');

export interface CommitStepsOptions {
  readonly background: BackgroundThread;
  readonly callbacks: CommitCallbacks;
  readonly wakeups: WakeupTrigger;
}

/** The commits of the application (`AsyncKafkaConsumer.commitSync`, `commitAsync`). */
export class CommitSteps {
  readonly #parts: AsyncConsumerParts;
  readonly #background: BackgroundThread;
  readonly #callbacks: CommitCallbacks;
  readonly #wakeups: WakeupTrigger;
  #lastAsync: Future<undefined> | undefined = undefined;

  constructor(parts: AsyncConsumerParts, { background, callbacks, wakeups }: CommitStepsOptions) {
    this.#parts = parts;
    this.#background = background;
    this.#callbacks = callbacks;
    this.#wakeups = wakeups;
  }

  /** `given` left out: the positions of all assigned partitions. @returns What is thrown. */
  *sync(
    given: readonly GroupOffset[] | undefined,
    timeoutMs: number,
    why: CommitCause,
  ): CallSteps<Failure | undefined> {
    if (this.#parts.config.groupId === undefined) return invalidGroupId;
    const timer = new CallTimer(timeoutMs, this.#nowMs());
    const committed = this.#begin(given, this.#nowMs() + timeoutMs, why);
    const thrown = yield* this.awaitAsync(timer, true);
    if (thrown !== undefined) return thrown;
    this.#wakeups.begin(committed);
    const isDone = yield* awaitWithin(committed, timer, this.#nowMs);
    this.#wakeups.end();
    return isDone ? committed.failure : timeoutFailure;
  }

  /** A listener catches all but a wakeup. */
  *forListener({ offsets, ended }: CommitInCallback): CallSteps<Failure | undefined> {
    const thrown = yield* this.sync(offsets, this.#parts.config.defaultApiTimeoutMs, 'sync');
    ended(thrown);
    return thrown?.name === wakeupFailure.name ? thrown : undefined;
  }

  async(
    completed: CommitCompleted,
    given: readonly GroupOffset[] | undefined,
  ): ConsumerException | undefined {
    if (this.#parts.config.groupId === undefined) return invalidGroupId;
    this.#callbacks.callAll();
    let result = Future.completed(undefined);
    let offsets: readonly GroupOffset[] = [];
    if (given?.length !== 0) {
      const event = new CallEvent<undefined>(Infinity, ({ group }) => {
        offsets = given ?? this.#parts.subscriptions.allConsumed();
        return group?.commits.commitAsync(offsets) ?? Future.failed(invalidGroupId);
      });
      // In Java it waits until the offsets have been read.
      this.#background.addAndProcess(event);
      result = event.future;
    }
    this.#lastAsync = result;
    result.whenDone(
      () => {
        this.#callbacks.add({ completed, offsets, exception: undefined });
      },
      ({ name, partitions }) => {
        this.#callbacks.add({ completed, offsets, exception: { name, partitions } });
      },
    );
    return undefined;
  }

  /** Until the last asynchronous commit is over, and all callbacks have been called. */
  *awaitAsync(timer: CallTimer, mayWake: boolean): CallSteps<Failure | undefined> {
    const last = this.#lastAsync;
    if (last === undefined) return undefined;
    const isOver = new Future<undefined>();
    last.whenOver(() => {
      isOver.complete(undefined);
    });
    if (mayWake) this.#wakeups.begin(isOver);
    const isDone = yield* awaitWithin(isOver, timer, this.#nowMs);
    if (mayWake) this.#wakeups.end();
    if (!isDone) return timeoutFailure;
    if (isOver.failure !== undefined) return isOver.failure;
    this.#lastAsync = undefined;
    this.#callbacks.callAll();
    return undefined;
  }

  #begin(
    given: readonly GroupOffset[] | undefined,
    deadlineMs: number,
    why: CommitCause,
  ): Future<undefined> {
    this.#callbacks.callAll();
    if (given?.length === 0) return Future.completed(undefined);
    const event = new CallEvent<undefined>(deadlineMs, ({ group }) => {
      const offsets = given ?? this.#parts.subscriptions.allConsumed();
      return group?.commits.commitSync(offsets, deadlineMs, why) ?? Future.failed(invalidGroupId);
    });
    this.#background.addAndProcess(event);
    return event.future;
  }

  readonly #nowMs = (): number => this.#parts.context.wallClockMs();
}
