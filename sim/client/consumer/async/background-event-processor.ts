import { type TopicPartition } from '../../topic-partition.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type CommitInCallback, type RebalanceListener } from '../rebalance-listener.ts';
import { CallEvent, Notice } from './application-events.ts';
import { type BackgroundEvent, type BackgroundEvents } from './background-events.ts';
import { type BackgroundThread } from './background-thread.ts';
import { type CallSteps } from './call-runner.ts';
import { awaitFuture } from './call-steps.ts';
import { type AsyncConsumerParts } from './create-managers.ts';
import { failure, type Failure } from './failure.ts';
import { Future } from './future.ts';

type AssignedEvent = Extract<BackgroundEvent, { readonly kind: 'assigned' }>;

const staleAssignment = failure('KafkaException');

/** Makes the commit that a listener has asked for. @returns What the listener has thrown. */
export type CommitForListener = (commit: CommitInCallback) => CallSteps<Failure | undefined>;

/** Does on the application's thread what the background thread has queued for it (`BackgroundEventProcessor`). */
export class BackgroundEventProcessor {
  readonly #parts: AsyncConsumerParts;
  readonly #events: BackgroundEvents;
  readonly #background: BackgroundThread;
  readonly #commit: CommitForListener;

  constructor(
    parts: AsyncConsumerParts,
    events: BackgroundEvents,
    background: BackgroundThread,
    commit: CommitForListener,
  ) {
    this.#parts = parts;
    this.#events = events;
    this.#background = background;
    this.#commit = commit;
  }

  get hasEvents(): boolean {
    return !this.#events.isEmpty;
  }

  /**
   * Processes all that there are; `skipsAssignments`: the application is giving up what it has.
   * @returns What is thrown when all of them have been processed.
   */
  *processAll(skipsAssignments: boolean): CallSteps<ConsumerException | undefined> {
    let first: ConsumerException | undefined;
    for (const event of this.#events.take()) {
      if (skipsAssignments && event.kind === 'assigned') {
        event.done.fail(failure('KafkaException'));
        continue;
      }
      first ??= yield* this.#process(event);
    }
    return first;
  }

  /** Tells the listener, if there is one, that partitions are taken away. @returns What it has thrown. */
  *tellRemoved(
    partitions: readonly TopicPartition[],
    areLost: boolean,
  ): CallSteps<Failure | undefined> {
    const { listener } = this.#parts.subscriptions;
    let thrown: Failure | undefined;
    if (areLost) listener?.onPartitionsLost(partitions);
    else if (listener !== undefined) thrown = yield* this.#revoke(listener, partitions);
    this.#parts.facts?.removed(partitions, areLost);
    return thrown;
  }

  *#process(event: BackgroundEvent): CallSteps<ConsumerException | undefined> {
    switch (event.kind) {
      case 'error':
        return event.exception;
      case 'assigned': {
        const thrown = yield* this.#assign(event);
        this.#completed(event.done, thrown);
        return thrown === staleAssignment ? undefined : thrown;
      }
      case 'removed': {
        const thrown = yield* this.tellRemoved(event.partitions, event.areLost);
        this.#completed(event.done, thrown);
        return thrown;
      }
    }
  }

  *#revoke(
    listener: RebalanceListener,
    partitions: readonly TopicPartition[],
  ): CallSteps<Failure | undefined> {
    const commit = listener.onPartitionsRevoked(partitions);
    return commit === undefined ? undefined : yield* this.#commit(commit);
  }

  *#assign({ partitions, added, isStale }: AssignedEvent): CallSteps<Failure | undefined> {
    const { subscriptions, facts, ignoresStaleAssignments } = this.#parts;
    const apply = new CallEvent<undefined>(Infinity, () => {
      if (ignoresStaleAssignments && isStale()) return Future.failed(staleAssignment);
      if (!subscriptions.isAutoAssigned) return Future.failed(failure('KafkaException'));
      subscriptions.assignFromSubscribed(partitions);
      subscriptions.awaitListener(added, true);
      return Future.completed(undefined);
    });
    this.#background.add(apply);
    yield* awaitFuture(apply.future, Infinity);
    if (apply.future.failure !== undefined) return apply.future.failure;
    facts?.assigned(added, partitions);
    subscriptions.listener?.onPartitionsAssigned(added);
    return undefined;
  }

  /** Tells the background thread that the listener has returned. */
  #completed(done: Future<undefined>, thrown: Failure | undefined): void {
    if (thrown === undefined && this.#parts.subscriptions.listener === undefined) {
      done.complete(undefined);
      return;
    }
    const notice = new Notice(() => {
      if (thrown === undefined) done.complete(undefined);
      else done.fail(thrown);
    });
    this.#background.add(notice);
  }
}
