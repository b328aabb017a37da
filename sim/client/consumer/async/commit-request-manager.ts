import { Api } from '../../../protocol/api.ts';
import { CommitStory, type CommitCause } from '../group/commit-story.ts';
import { type GroupOffset } from '../group/group-offset.ts';
import { type AsyncParts } from './async-parts.ts';
import { AutoCommit } from './auto-commit.ts';
import { type CoordinatorRequestManager } from './coordinator-request-manager.ts';
import { failure, failureOfError, timeoutFailure } from './failure.ts';
import { Future } from './future.ts';
import { type CommitManagerOptions, type CommitSwitches } from './commit-switches.ts';
import { type GroupSender, staleEpochName } from './group-sender.ts';
import { noteEpochs } from './offset-epochs.ts';
import { OffsetFetches } from './offset-fetches.ts';
import { OffsetCommitAttempts } from './offset-commit-attempts.ts';
import { offsetCommitRequest } from './offset-commit-request.ts';
import { type RebalanceCommits } from './reconciler.ts';
import { type RequestManager } from './request-manager.ts';
import { RequestState } from './request-state.ts';

const unknownTopicName = failureOfError('UNKNOWN_TOPIC_OR_PARTITION').name;

/**
 * Commits offsets and asks for those that are committed (`CommitRequestManager`). All wait in one queue,
 * and so a commit that backs off is overtaken by those that come after it.
 */
export class CommitRequestManager implements RequestManager, RebalanceCommits {
  readonly fetches: OffsetFetches;
  readonly #parts: AsyncParts;
  readonly #sender: GroupSender;
  readonly #switches: CommitSwitches;
  readonly #coordinators: CoordinatorRequestManager;
  readonly #autoCommit: AutoCommit | undefined;
  #unsentCommits: OffsetCommitAttempts[] = [];
  /** Undefined: all that have been returned, as 4.3.1 does it. */
  #processed: readonly GroupOffset[] | undefined = undefined;
  /** Sent, and not over. */
  #inFlight = 0;
  #isClosing = false;
  #calls = 0;

  constructor(parts: AsyncParts, { sender, coordinators, switches }: CommitManagerOptions) {
    const { config, context } = parts;
    this.fetches = new OffsetFetches(parts, { sender, coordinators, switches });
    this.#parts = parts;
    this.#sender = sender;
    this.#coordinators = coordinators;
    this.#switches = switches;
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
    return Math.min(this.#backoffMs(nowMs), this.fetches.sendDue(nowMs));
  }

  maximumTimeToWait(nowMs: number): number {
    return this.#autoCommit?.remainingMs(nowMs) ?? Infinity;
  }

  // Automatic commits.

  /** A poll begins: the application has done its work on all that earlier ones have returned. */
  pollBegins(): void {
    if (!this.#switches.autoCommitRace) this.#processed = this.#parts.subscriptions.allConsumed();
  }

  /** What an automatic commit commits; in 4.3.1 also what the poll that goes on is about to return. */
  #consumed(): readonly GroupOffset[] {
    const { subscriptions } = this.#parts;
    const processed = this.#processed;
    if (processed === undefined) return subscriptions.allConsumed();
    return processed.filter(({ partition: { name } }) => subscriptions.get(name) !== undefined);
  }

  /** The application polls: it has done its work on all records up to the positions. */
  autoCommitIfDue(nowMs: number): void {
    const autoCommit = this.#autoCommit;
    if (autoCommit === undefined) return;
    autoCommit.update(nowMs);
    if (!autoCommit.isDue) return;
    const commit = this.#create(this.#consumed(), Infinity, 'auto');
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
    const commit = this.#create(this.#consumed(), deadlineMs, 'revoke');
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
        const mayRetry = reason.isRetriable || this.#sender.hasNewerEpoch(reason);
        if (!mayRetry || reason.name === unknownTopicName || commit.isExpired(this.#nowMs)) {
          result.fail(reason);
          return;
        }
        const story = this.#beginStory('revoke');
        this.#autoCommitUntilDone(commit.again(this.#consumed(), story), autoCommit, result);
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
    noteEpochs(this.#parts, offsets);
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
    noteEpochs(this.#parts, offsets);
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
          result.fail(reason.name === staleEpochName ? failure('CommitFailedException') : reason);
        } else if (commit.isExpired(this.#nowMs)) {
          result.fail(timeoutFailure);
        } else {
          commit.retry();
          this.#commitUntilDone(commit, result);
        }
      },
    );
  }

  // The queue.

  #sendDue(nowMs: number): void {
    const commits = this.#takeUnsentCommits();
    const { keepsOrder } = this.#switches;
    for (const commit of this.#inOrder(commits)) {
      const mustWait = keepsOrder && (this.#inFlight > 0 || this.#unsentCommits.length > 0);
      const isReady = !mustWait && commit.state.canSend(nowMs);
      if (commit.state.attempts > 0 && commit.isExpired(nowMs)) commit.future.fail(timeoutFailure);
      else if (isReady) this.#sendCommit(commit);
      else this.#unsentCommits.push(commit);
    }
  }

  /** After how long the next commit is due. */
  #backoffMs(nowMs: number): number {
    const waiting = this.#switches.keepsOrder
      ? this.#unsentCommits.slice(0, 1)
      : this.#unsentCommits;
    let backoffMs = Infinity;
    for (const { state } of waiting) {
      const remainingMs = state.remainingBackoffMs(nowMs);
      if (remainingMs > 0) backoffMs = Math.min(backoffMs, remainingMs);
    }
    return backoffMs;
  }

  /** The order in which they are sent: one that is tried again stands behind those that came meanwhile. */
  #inOrder(commits: readonly OffsetCommitAttempts[]): readonly OffsetCommitAttempts[] {
    if (!this.#switches.keepsOrder) return commits;
    return commits.toSorted((one, other) => one.story.commit - other.story.commit);
  }

  #sendCommit(commit: OffsetCommitAttempts): void {
    const { network, metadata, config } = this.#parts;
    const { coordinator } = this.#coordinators;
    if (coordinator === undefined) return;
    const { memberId, epoch } = this.#sender.memberInfo;
    const generationId = epoch ?? -1;
    const { groupInstanceId = null } = config;
    const member = { groupId: this.#sender.groupId, generationId, memberId, groupInstanceId };
    const { body, maxVersion } = offsetCommitRequest(member, commit, metadata);
    commit.state.sent();
    this.#inFlight += 1;
    commit.future.whenOver(() => {
      this.#inFlight -= 1;
    });
    commit.story.attempted({ generationId, memberId, protocolName: null }, commit.offsets);
    network.send(coordinator, Api.offsetCommit, body, commit, versionOf(maxVersion));
  }

  #failWithoutCoordinator(): void {
    const { fatalFailure } = this.#coordinators;
    if (fatalFailure !== undefined) {
      for (const { future } of this.#takeUnsentCommits()) future.fail(fatalFailure);
      this.fetches.failUnsent(fatalFailure);
    }
    if (!this.#isClosing) return;
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
    const { context, nextCommitUid } = this.#parts;
    const call = { commit: this.#calls, uid: nextCommitUid(), why };
    return new CommitStory(context, this.#sender.groupId, call);
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

  get #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }
}

const noCommits: readonly OffsetCommitAttempts[] = [];

function versionOf(maxVersion: number | undefined) {
  return maxVersion === undefined ? undefined : { maxVersion };
}
