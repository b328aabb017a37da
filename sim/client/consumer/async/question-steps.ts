import { type TopicPartition } from '../../topic-partition.ts';
import { CallTimer } from '../blocking-call.ts';
import { type CommittedOutcome, type PositionOutcome } from '../consumer-client.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type GroupOffset } from '../group/group-offset.ts';
import { type LookupOutcome } from '../offset-lookup-call.ts';
import { type PartitionsOutcome } from '../partitions-call.ts';
import { CallEvent, MetadataCallEvent } from './application-events.ts';
import { type BackgroundThread } from './background-thread.ts';
import { type CallSteps } from './call-runner.ts';
import { awaitFuture } from './call-steps.ts';
import { type AsyncConsumerParts } from './create-managers.ts';
import { failure, type Failure, isTimeout, timeoutFailure } from './failure.ts';
import { Future } from './future.ts';
import { type FoundOffsets } from './offset-lookups.ts';
import { type FetchedOffsets } from './offset-fetch-attempts.ts';
import { type WakeupTrigger } from './wakeup-trigger.ts';

/** Calls that ask the brokers something, for `default.api.timeout.ms` at most. */
export class QuestionSteps {
  readonly #parts: AsyncConsumerParts;
  readonly #background: BackgroundThread;
  readonly #wakeups: WakeupTrigger;

  constructor(parts: AsyncConsumerParts, background: BackgroundThread, wakeups: WakeupTrigger) {
    this.#parts = parts;
    this.#background = background;
    this.#wakeups = wakeups;
  }

  *offsets(partitions: readonly TopicPartition[], timestamp: number): CallSteps<LookupOutcome> {
    const event = new MetadataCallEvent<FoundOffsets>(this.#deadlineMs, ({ lookups }) =>
      lookups.fetchOffsets(partitions, timestamp),
    );
    this.#background.add(event);
    yield* awaitFuture(event.future, Infinity);
    const { value, failure: thrown } = event.future;
    return { offsets: value ?? new Map(), exception: exceptionOf(thrown) };
  }

  *partitionsFor(topic: string): CallSteps<PartitionsOutcome> {
    const deadlineMs = this.#deadlineMs;
    const event = new MetadataCallEvent<readonly TopicPartition[]>(deadlineMs, ({ topics }) =>
      topics.partitionsOf(topic, deadlineMs),
    );
    yield* this.#ask(event);
    const { value, failure: thrown } = event.future;
    return { partitions: value ?? [], exception: exceptionOf(thrown) };
  }

  *committed(partitions: readonly TopicPartition[]): CallSteps<CommittedOutcome> {
    const deadlineMs = this.#deadlineMs;
    const event = new CallEvent<FetchedOffsets>(
      deadlineMs,
      ({ group }) =>
        group?.commits.fetches.fetchOffsets(partitions, deadlineMs) ?? Future.failed(noGroup),
    );
    yield* this.#ask(event);
    const { value, failure: thrown } = event.future;
    const unknown = value?.unknown.map(nothingCommitted) ?? [];
    const offsets = value === undefined ? [] : [...value.offsets, ...unknown];
    return { offsets, exception: exceptionOf(thrown) };
  }

  *position({ name }: TopicPartition): CallSteps<PositionOutcome> {
    const { subscriptions, config } = this.#parts;
    const timer = new CallTimer(config.defaultApiTimeoutMs, this.#nowMs);
    do {
      const partition = subscriptions.get(name);
      if (partition === undefined) return noPosition(failure('IllegalStateException'));
      const { hasValidPosition, position } = partition;
      if (hasValidPosition && position !== null) {
        return { offset: position.offset, exception: undefined };
      }
      const thrown = (yield* this.#updatePositions(timer)) ?? this.#wakeups.take();
      if (thrown !== undefined) return noPosition(thrown);
      timer.update(this.#nowMs);
    } while (!timer.isExpired);
    return noPosition(timeoutFailure);
  }

  *#updatePositions(timer: CallTimer): CallSteps<Failure | undefined> {
    const deadlineMs = this.#nowMs + timer.remainingMs;
    const event = new MetadataCallEvent<undefined>(deadlineMs, ({ positions }) =>
      positions.updateFetchPositions(deadlineMs),
    );
    yield* this.#ask(event);
    const { failure: thrown } = event.future;
    return thrown === undefined || isTimeout(thrown) ? undefined : thrown;
  }

  *#ask<T>(event: CallEvent<T>): CallSteps<void> {
    this.#background.add(event);
    this.#wakeups.begin(event.future);
    yield* awaitFuture(event.future, Infinity);
    this.#wakeups.end();
  }

  get #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }

  get #deadlineMs(): number {
    return this.#nowMs + this.#parts.config.defaultApiTimeoutMs;
  }
}

const noGroup = failure('InvalidGroupIdException');

function noPosition({ name, partitions }: Failure): PositionOutcome {
  return { offset: -1, exception: { name, partitions } };
}

function nothingCommitted(partition: TopicPartition): GroupOffset {
  return { partition, offset: -1, leaderEpoch: -1 };
}

function exceptionOf(thrown: Failure | undefined): ConsumerException | undefined {
  return thrown === undefined ? undefined : { name: thrown.name, partitions: thrown.partitions };
}
