import { javaPartitionOrder } from '../../java-partition-order.ts';
import { CallTimer } from '../blocking-call.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { pollWhile, rest, type Waits } from '../waits.ts';
import { type AssignmentChanges } from './assignment-changes.ts';
import { type Committer } from './committer.ts';
import { type Generation, noGeneration } from './generation.ts';
import { type GroupParts } from './group-parts.ts';
import { type MemberProtocols } from './member-protocols.ts';
import { type CommitResult } from './offset-commit.ts';
import { type PendingOutcome } from './pending-outcome.ts';

/** What a member does before it joins again (`ConsumerCoordinator.onJoinPrepare`). */
export class JoinPreparation {
  readonly #parts: GroupParts;
  readonly #protocols: MemberProtocols;
  readonly #committer: Committer;
  readonly #changes: AssignmentChanges;
  /** How long the commit may still take, so that the member joins within the rebalance timeout. */
  #timer: CallTimer | undefined = undefined;
  /** The automatic commit that is waited for. */
  #commit: PendingOutcome<CommitResult> | undefined = undefined;

  constructor(
    parts: GroupParts,
    protocols: MemberProtocols,
    committer: Committer,
    changes: AssignmentChanges,
  ) {
    this.#parts = parts;
    this.#protocols = protocols;
    this.#committer = committer;
    this.#changes = changes;
  }

  /**
   * Commits, and gives up what the protocol wants. `generation` is the one before.
   * @returns Whether that is done; false: not in time.
   */
  *prepare(timer: CallTimer, generation: Generation): Waits<boolean | ConsumerException> {
    const isCommitted = yield* this.#commitPositions(timer);
    if (isCommitted !== true) return isCommitted;
    const exception = yield* this.#giveUp(generation);
    if (exception !== undefined) return exception;
    this.#parts.subscriptions.resetGroupSubscription();
    this.#timer = undefined;
    this.#commit = undefined;
    timer.update(this.#nowMs());
    return true;
  }

  *#commitPositions(timer: CallTimer): Waits<boolean | ConsumerException> {
    const { config } = this.#parts;
    this.#timer ??= new CallTimer(config.maxPollIntervalMs, this.#nowMs());
    const prepareTimer = this.#timer;
    prepareTimer.update(this.#nowMs());
    if (config.enableAutoCommit && this.#commit === undefined) {
      const commit = this.#begin();
      if (commit !== undefined && 'name' in commit) return commit;
      this.#commit = commit;
    }
    const commit = this.#commit;
    if (commit === undefined) return true;

    const pollTimer = timer.remainingMs < prepareTimer.remainingMs ? timer : prepareTimer;
    yield* pollWhile(commit, pollTimer);
    prepareTimer.update(this.#nowMs());
    const { outcome } = commit;
    if (outcome !== undefined) this.#commit = undefined;
    const mustWait = outcome === undefined || (outcome !== 'committed' && outcome.isRetriable);
    if (prepareTimer.isExpired || !mustWait) return true;
    yield* rest(config.retryBackoffMs, pollTimer);
    timer.update(this.#nowMs());
    return false;
  }

  #begin(): PendingOutcome<CommitResult> | ConsumerException | undefined {
    const { subscriptions, switches } = this.#parts;
    const isMarked = switches['consumer.pendingRevocation'] !== 'off';
    // What comes in while the commit is under way is not returned: its offsets would not be committed.
    if (isMarked && this.#protocols.rebalanceProtocol === 'eager') {
      subscriptions.markPendingRevocation(this.#changes.owned());
    }
    return this.#committer.autoCommitNow('revoke');
  }

  *#giveUp({ generationId, memberId }: Generation): Waits<ConsumerException | undefined> {
    const owned = this.#changes.owned();
    if (generationId === noGeneration.generationId || memberId === noGeneration.memberId) {
      if (owned.length > 0) this.#changes.lose();
      return undefined;
    }
    const { subscription } = this.#parts.subscriptions;
    const isEager = this.#protocols.rebalanceProtocol === 'eager';
    const revoked = isEager ? owned : owned.filter(({ topic }) => !subscription.has(topic));
    if (!isEager && revoked.length === 0) return undefined;
    const exception = yield* this.#changes.revoke(revoked);
    if (exception !== undefined) return exception;
    const kept = isEager ? [] : owned.filter(({ topic }) => subscription.has(topic));
    this.#changes.giveUp(revoked, javaPartitionOrder(kept));
    return undefined;
  }

  #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }
}
