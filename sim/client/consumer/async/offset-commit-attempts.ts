import { Api, type Response } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type CommitStory } from '../group/commit-story.ts';
import { type GroupOffset } from '../group/group-offset.ts';
import { errorsIn, hasNoEffect } from '../group/offset-commit.ts';
import { type RequestFailure } from '../request-sender.ts';
import { type CoordinatorRequestManager } from './coordinator-request-manager.ts';
import { disconnectFailure, timeoutFailure } from './failure.ts';
import { type BackgroundHandler } from './network-client-delegate.ts';
import { commitFailureOf, isCoordinatorLost } from './offset-commit-request.ts';
import { PendingRequest } from './pending-request.ts';
import { type RequestState } from './request-state.ts';

export interface CommitOptions {
  readonly offsets: readonly GroupOffset[];
  /** May be Infinity. */
  readonly deadlineMs: number;
  readonly state: RequestState;
  readonly story: CommitStory;
  readonly coordinators: CoordinatorRequestManager;
}

/** One call that commits offsets, with all its attempts (`OffsetCommitRequestState`). */
export class OffsetCommitAttempts extends PendingRequest<undefined> implements BackgroundHandler {
  readonly offsets: readonly GroupOffset[];
  readonly story: CommitStory;
  readonly #options: CommitOptions;
  readonly #coordinators: CoordinatorRequestManager;

  constructor(options: CommitOptions) {
    super(options.state, options.deadlineMs);
    this.offsets = options.offsets;
    this.story = options.story;
    this.#options = options;
    this.#coordinators = options.coordinators;
  }

  /** The same for other offsets, with the same backoff and deadline. */
  again(offsets: readonly GroupOffset[], story: CommitStory): OffsetCommitAttempts {
    return new OffsetCommitAttempts({ ...this.#options, offsets, story });
  }

  answered(response: Response, nowMs: number): void {
    if (response.apiKey !== Api.offsetCommit) return;
    const errors = errorsIn(response.body);
    // The first error decides, but for topics that the member may not read.
    const decisive =
      errors.find((error) => error !== 'NONE' && error !== 'TOPIC_AUTHORIZATION_FAILED') ??
      errors.find((error) => error !== 'NONE');
    if (decisive === undefined) {
      this.future.complete(undefined);
      return;
    }
    this.story.answered(errors.every(hasNoEffect));
    this.#refused(decisive, nowMs);
  }

  failed(failure: RequestFailure, nowMs: number): void {
    this.state.failed(nowMs);
    this.#coordinators.requestFailed(failure);
    // What could not be sent in time has had no effect.
    this.story.answered(failure === 'expired');
    this.future.fail(failure === 'expired' ? timeoutFailure : disconnectFailure);
  }

  #refused(error: ErrorName, nowMs: number): void {
    this.state.failed(nowMs);
    if (isCoordinatorLost(error)) this.#coordinators.markUnknown();
    this.future.fail(commitFailureOf(error));
  }
}
