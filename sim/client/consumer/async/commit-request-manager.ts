import { Api } from '../../../protocol/api.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import { CommitStory, type CommitCause } from '../group/commit-story.ts';
import { type GroupOffset } from '../group/group-offset.ts';
import { type AsyncParts } from './async-parts.ts';
import { AutoCommit } from './auto-commit.ts';
import { type CoordinatorRequestManager } from './coordinator-request-manager.ts';
import { failure, type Failure, failureOfError, timeoutFailure } from './failure.ts';
import { Future } from './future.ts';
import { type MemberInfo, unknownMember } from './member-info.ts';
import { OffsetCommitAttempts } from './offset-commit-attempts.ts';
import { offsetCommitRequest } from './offset-commit-request.ts';
import { type FetchedOffsets, OffsetFetchAttempts } from './offset-fetch-attempts.ts';
import { type RebalanceCommits } from './reconciler.ts';
import { type RequestManager } from './request-manager.ts';
import { RequestState } from './request-state.ts';

const staleEpoch = failureOfError('STALE_MEMBER_EPOCH').name;
const unknownTopicName = failureOfError('UNKNOWN_TOPIC_OR_PARTITION').name;

/**
 * Commits offsets and asks for those that are committed (`CommitRequestManager`). All wait in one queue,
 * and so a commit that backs off is overtaken by those that come after it.
 */
export class CommitRequestManager implements RequestManager, RebalanceCommits {
  /** As the membership has told it last. */
  memberInfo: MemberInfo = unknownMember;
  readonly #parts: AsyncParts;
  readonly #groupId: string;
  readonly #coordinators: CoordinatorRequestManager;
  readonly #autoCommit: AutoCommit | undefined;
  #unsentCommits: OffsetCommitAttempts[] = [];
  #unsentFetches: OffsetFetchAttempts[] = [];
  #openFetches: OffsetFetchAttempts[] = [];
  #isClosing = false;
  #calls = 0;

  constructor(parts: AsyncParts, groupId: string, coordinators: CoordinatorRequestManager) {
    const { config, context } = parts;
    this.#parts = parts;
    this.#groupId = groupId;
    this.#coordinators = coordinators;
    if (config.enableAutoCommit) {
      this.#autoCommit = new AutoCommit(config.autoCommitIntervalMs, context.wallClockMs());
    }
  }

  /** From now on everything is sent without a backoff. */
  signalClose(): void {
    this.#isClosing = true;
  }

  poll(nowMs: number): number {
    if (this.#coordinators.coordinator === undefined) {
      this.#failWithoutCoordinator();
      return Infinity;
    }
    if (this.#isClosing) {
      for (const commit of this.#takeUnsentCommits()) this.#sendCommit(commit);
      return Infinity;
    }
    this.#sendDue(nowMs);
    return Math.min(backoffOf(this.#unsentCommits, nowMs), backoffOf(this.#unsentFetches, nowMs));
  }

  maximumTimeToWait(nowMs: number): number {
    return this.#autoCommit?.remainingMs(nowMs) ?? Infinity;
  }

  // Automatic commits.

  /** The application polls: it has done its work on all records up to the positions. */
  autoCommitIfDue(nowMs: number): void {
    const autoCommit = this.#autoCommit;
    if (autoCommit === undefined) return;
    autoCommit.update(nowMs);
    if (!autoCommit.isDue) return;
    const commit = this.#create(this.#parts.subscriptions.allConsumed(), Infinity, 'auto');
    this.#requestAutoCommit(commit, autoCommit);
    autoCommit.resetTimer();
    this.#tellOutcome(commit.future, commit.story);
  }

  resetAutoCommitTimer(): void {
    this.#autoCommit?.resetTimer();
  }

  autoCommitBeforeRebalance(deadlineMs: number): Future<undefined> {
    const autoCommit = this.#autoCommit;
    if (autoCommit === undefined) return Future.completed(undefined);
    const result = new Future<undefined>();
    const commit = this.#create(this.#parts.subscriptions.allConsumed(), deadlineMs, 'revoke');
    this.#autoCommitUntilDone(commit, autoCommit, result);
    return result;
  }

  /** Each attempt is for the positions of its time. */
  #autoCommitUntilDone(
    commit: OffsetCommitAttempts,
    autoCommit: AutoCommit,
    result: Future<undefined>,
  ): void {
    this.#requestAutoCommit(commit, autoCommit);
    commit.future.whenDone(
      () => {
        commit.story.succeeded();
        result.complete(undefined);
      },
      (reason) => {
        commit.story.failed(reason.name);
        const mayRetry = reason.isRetriable || this.#hasNewerEpoch(reason);
        if (!mayRetry || reason.name === unknownTopicName || commit.isExpired(this.#nowMs)) {
          result.fail(reason);
          return;
        }
        const story = this.#beginStory('revoke');
        const offsets = this.#parts.subscriptions.allConsumed();
        this.#autoCommitUntilDone(commit.again(offsets, story), autoCommit, result);
      },
    );
  }

  #requestAutoCommit(commit: OffsetCommitAttempts, autoCommit: AutoCommit): void {
    if (commit.offsets.length === 0) {
      commit.future.complete(undefined);
      return;
    }
    autoCommit.sent();
    this.#unsentCommits.push(commit);
    commit.future.whenOver(() => {
      autoCommit.ended();
    });
  }

  // Commits of the application.

  /** Tries once. */
  commitAsync(offsets: readonly GroupOffset[]): Future<undefined> {
    if (offsets.length === 0) return Future.completed(undefined);
    this.#noteEpochs(offsets);
    const commit = this.#create(offsets, Infinity, 'async');
    this.#unsentCommits.push(commit);
    const result = new Future<undefined>();
    commit.future.whenDone(
      () => {
        result.complete(undefined);
      },
      (reason) => {
        result.fail(reason.isRetriable ? failure('RetriableCommitFailedException') : reason);
      },
    );
    this.#tellOutcome(result, commit.story);
    return result;
  }

  /** Tries again until the deadline, whatever becomes of the call that waits. */
  commitSync(
    offsets: readonly GroupOffset[],
    deadlineMs: number,
    why: CommitCause,
  ): Future<undefined> {
    if (offsets.length === 0) return Future.completed(undefined);
    this.#noteEpochs(offsets);
    const commit = this.#create(offsets, deadlineMs, why);
    const result = new Future<undefined>();
    this.#tellOutcome(result, commit.story);
    this.#commitUntilDone(commit, result);
    return result;
  }

  #commitUntilDone(commit: OffsetCommitAttempts, result: Future<undefined>): void {
    this.#unsentCommits.push(commit);
    commit.future.whenDone(
      () => {
        result.complete(undefined);
      },
      (reason) => {
        if (!reason.isRetriable) {
          result.fail(reason.name === staleEpoch ? failure('CommitFailedException') : reason);
        } else if (commit.isExpired(this.#nowMs)) {
          result.fail(timeoutFailure);
        } else {
          commit.retry();
          this.#commitUntilDone(commit, result);
        }
      },
    );
  }

  // What is committed.

  fetchOffsets(partitions: readonly TopicPartition[], deadlineMs: number): Future<FetchedOffsets> {
    const result = new Future<FetchedOffsets>();
    if (partitions.length === 0) {
      result.complete({ offsets: [], unknown: [] });
      return result;
    }
    const fetch = new OffsetFetchAttempts({
      groupId: this.#groupId,
      partitions,
      deadlineMs,
      state: new RequestState(this.#parts.backoff),
      coordinators: this.#coordinators,
    });
    this.#fetchUntilDone(fetch, result);
    return result;
  }

  #fetchUntilDone(fetch: OffsetFetchAttempts, result: Future<FetchedOffsets>): void {
    const same =
      this.#unsentFetches.find((other) => other.isSameQuestion(fetch)) ??
      this.#openFetches.find((other) => other.isSameQuestion(fetch));
    if (same === undefined) this.#unsentFetches.push(fetch);
    else same.future.passTo(fetch.future);
    fetch.future.whenDone(
      (fetched) => {
        this.#forget(fetch);
        this.#fetched(fetch, fetched, result);
      },
      (reason) => {
        this.#forget(fetch);
        if (!reason.isRetriable && !this.#hasNewerEpoch(reason)) result.fail(reason);
        else if (fetch.isExpired(this.#nowMs)) result.fail(timeoutFailure);
        else this.#fetchAgain(fetch, result);
      },
    );
  }

  #fetched(
    fetch: OffsetFetchAttempts,
    fetched: FetchedOffsets,
    result: Future<FetchedOffsets>,
  ): void {
    const nowMs = this.#nowMs;
    const mayWait = fetch.remainingMs(nowMs) > fetch.state.remainingBackoffMs(nowMs);
    if (fetched.unknown.length > 0 && mayWait) {
      this.#fetchAgain(fetch, result);
      return;
    }
    this.#noteEpochs(fetched.offsets);
    this.#parts.context.record({
      kind: 'committedOffsetsReceived',
      groupId: this.#groupId,
      from: fetch.askedOf,
      offsets: fetched.offsets.map(({ partition, offset }) => {
        return { partition: partition.name, offset };
      }),
      requireStable: true,
      askedAt: fetch.askedAt,
    });
    result.complete(fetched);
  }

  #fetchAgain(fetch: OffsetFetchAttempts, result: Future<FetchedOffsets>): void {
    fetch.retry();
    this.#fetchUntilDone(fetch, result);
  }

  #forget(fetch: OffsetFetchAttempts): void {
    this.#openFetches = this.#openFetches.filter((other) => other !== fetch);
  }

  // The queue.

  #sendDue(nowMs: number): void {
    const commits = this.#takeUnsentCommits();
    for (const commit of commits) {
      const isReady = commit.state.canSend(nowMs);
      if (commit.state.attempts > 0 && commit.isExpired(nowMs)) commit.future.fail(timeoutFailure);
      else if (isReady) this.#sendCommit(commit);
      else this.#unsentCommits.push(commit);
    }
    const fetches = this.#unsentFetches;
    if (fetches.length === 0) return;
    this.#unsentFetches = fetches.filter(({ state }) => !state.canSend(nowMs));
    for (const fetch of fetches) if (fetch.state.canSend(nowMs)) this.#sendFetch(fetch);
  }

  #sendCommit(commit: OffsetCommitAttempts): void {
    const { network, metadata, config } = this.#parts;
    const { coordinator } = this.#coordinators;
    if (coordinator === undefined) return;
    const { memberId, epoch } = this.memberInfo;
    const generationId = epoch ?? -1;
    const { groupInstanceId = null } = config;
    const member = { groupId: this.#groupId, generationId, memberId, groupInstanceId };
    const { body, maxVersion } = offsetCommitRequest(member, commit.offsets, metadata);
    commit.state.sent();
    commit.story.attempted({ generationId, memberId, protocolName: null }, commit.offsets);
    network.send(coordinator, Api.offsetCommit, body, commit, versionOf(maxVersion));
  }

  #sendFetch(fetch: OffsetFetchAttempts): void {
    const { network, metadata, context } = this.#parts;
    const { coordinator } = this.#coordinators;
    if (coordinator === undefined) return;
    const { body, maxVersion } = fetch.request(this.memberInfo, metadata);
    fetch.state.sent();
    fetch.askedAt = context.monotonic();
    fetch.askedOf = this.#coordinators.brokerId;
    this.#openFetches.push(fetch);
    network.send(coordinator, Api.offsetFetch, body, fetch, versionOf(maxVersion));
  }

  #failWithoutCoordinator(): void {
    const { fatalFailure } = this.#coordinators;
    if (fatalFailure !== undefined) {
      const fetches = this.#unsentFetches;
      this.#unsentFetches = [];
      for (const { future } of this.#takeUnsentCommits()) future.fail(fatalFailure);
      for (const { future } of fetches) future.fail(fatalFailure);
    }
    if (!this.#isClosing) return;
    this.#unsentFetches = [];
    const reason = failure('CommitFailedException');
    for (const { future } of this.#takeUnsentCommits()) future.fail(reason);
  }

  #takeUnsentCommits(): readonly OffsetCommitAttempts[] {
    if (this.#unsentCommits.length === 0) return noCommits;
    const commits = this.#unsentCommits;
    this.#unsentCommits = [];
    return commits;
  }

  #create(
    offsets: readonly GroupOffset[],
    deadlineMs: number,
    why: CommitCause,
  ): OffsetCommitAttempts {
    return new OffsetCommitAttempts({
      offsets,
      deadlineMs,
      state: new RequestState(this.#parts.backoff),
      story: this.#beginStory(why),
      coordinators: this.#coordinators,
    });
  }

  #beginStory(why: CommitCause): CommitStory {
    this.#calls += 1;
    return new CommitStory(this.#parts.context, this.#groupId, { commit: this.#calls, why });
  }

  #tellOutcome(result: Future<undefined>, story: CommitStory): void {
    result.whenDone(
      () => {
        story.succeeded();
      },
      ({ name }) => {
        story.failed(name);
      },
    );
  }

  #noteEpochs(offsets: readonly GroupOffset[]): void {
    const { metadata } = this.#parts;
    for (const { partition, leaderEpoch } of offsets) {
      if (leaderEpoch < 0) continue;
      metadata.updateLastSeenEpochIfNewer(partition.topic, partition.partition, leaderEpoch);
    }
  }

  /** The epoch with which the request was sent is old, and there is another one. */
  #hasNewerEpoch({ name }: Failure): boolean {
    return name === staleEpoch && this.memberInfo.epoch !== undefined;
  }

  get #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }
}

const noCommits: readonly OffsetCommitAttempts[] = [];

function backoffOf(requests: readonly { readonly state: RequestState }[], nowMs: number): number {
  let backoffMs = Infinity;
  for (const { state } of requests) {
    backoffMs = Math.min(backoffMs, state.remainingBackoffMs(nowMs));
  }
  return backoffMs;
}

function versionOf(maxVersion: number | undefined) {
  return maxVersion === undefined ? undefined : { maxVersion };
}
