import { type ConsumerException } from '../consumer-exception.ts';
import { type Failure, timeoutFailure } from './failure.ts';
import { Future } from './future.ts';
import { type RequestManagers } from './request-managers.ts';

/** What the application's thread gives the background thread to do (`ApplicationEvent`). */
export interface ApplicationEvent {
  readonly process: (managers: RequestManagers) => void;
  /** Ends it when a topic's metadata have said what no retry mends. */
  readonly metadataFailed?: (exception: ConsumerException) => void;
}

/** An event that somebody waits for. */
export interface PendingCall extends ApplicationEvent {
  /** @returns Whether it is over. */
  readonly expire: (nowMs: number) => boolean;
}

export function isPendingCall(event: ApplicationEvent): event is PendingCall {
  return 'expire' in event;
}

/** An event that nobody waits for. */
export class Notice implements ApplicationEvent {
  readonly #process: (managers: RequestManagers) => void;

  constructor(process: (managers: RequestManagers) => void) {
    this.#process = process;
  }

  process(managers: RequestManagers): void {
    this.#process(managers);
  }
}

/** What the background thread does for one call, whose outcome the call waits for. */
export type Work<T> = (managers: RequestManagers) => Future<T>;

/** An event whose outcome a call waits for, until its deadline (`CompletableApplicationEvent`). */
export class CallEvent<T> implements PendingCall {
  readonly future = new Future<T>();
  readonly #deadlineMs: number;
  readonly #work: Work<T>;

  constructor(deadlineMs: number, work: Work<T>) {
    this.#deadlineMs = deadlineMs;
    this.#work = work;
  }

  process(managers: RequestManagers): void {
    this.#work(managers).passTo(this.future);
  }

  expire(nowMs: number): boolean {
    if (!this.future.isDone && nowMs >= this.#deadlineMs) this.future.fail(timeoutFailure);
    return this.future.isDone;
  }
}

/** The same for a call that needs metadata. */
export class MetadataCallEvent<T> extends CallEvent<T> {
  metadataFailed(exception: ConsumerException): void {
    this.future.fail({ ...exception, isRetriable: false });
  }
}

/** A poll of the application (`AsyncPollEvent`), which waits for as little of it as it can. */
export class AsyncPollEvent implements ApplicationEvent {
  readonly deadlineMs: number;
  /** Done when nothing can be returned any more whose revocation is about to begin. */
  readonly reconciliationCheck = new Future<undefined>();
  /** Positions have been compared with the metadata. */
  isValidated = false;
  isComplete = false;
  failure: Failure | undefined = undefined;
  /** `BackgroundThread.activity` when it was processed. */
  activity = 0;
  readonly #polledMs: number;
  readonly #activityNow: () => number;

  constructor(deadlineMs: number, polledMs: number, activityNow: () => number) {
    this.deadlineMs = deadlineMs;
    this.#polledMs = polledMs;
    this.#activityNow = activityNow;
  }

  isExpired(nowMs: number): boolean {
    return nowMs >= this.deadlineMs;
  }

  process({ group, positions, fetches }: RequestManagers): void {
    this.activity = this.#activityNow();
    group?.membership.maybeReconcile();
    this.reconciliationCheck.complete(undefined);
    if (group !== undefined) {
      group.commits.autoCommitIfDue(this.#polledMs);
      group.patterns.update();
      group.membership.applicationPolls();
      group.heartbeats.resetPollTimer(this.#polledMs);
    }
    const updated = positions.updateFetchPositions(this.deadlineMs);
    this.isValidated = true;
    updated.whenDone(() => {
      fetches.createFetchRequests().whenDone(() => {
        this.#complete();
      }, this.#failed);
    }, this.#failed);
  }

  metadataFailed(exception: ConsumerException): void {
    this.#fail({ ...exception, isRetriable: false });
  }

  /** What took too long is gone on with by the next poll. */
  readonly #failed = (failure: Failure): void => {
    if (failure.name !== timeoutFailure.name) this.#fail(failure);
  };

  #fail(failure: Failure): void {
    this.failure = failure;
    this.#complete();
  }

  #complete(): void {
    this.reconciliationCheck.complete(undefined);
    this.isComplete = true;
  }
}
