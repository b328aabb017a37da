import { assert } from '../../../kernel/assert.ts';
import { type Uuid } from '../../../protocol/uuid.ts';
import { type TopicPartition, topicPartition } from '../../topic-partition.ts';
import { type AsyncParts } from './async-parts.ts';
import { type BackgroundEvents } from './background-events.ts';
import { Future } from './future.ts';
import { hasSamePartitions, isNone, type LocalAssignment } from './local-assignment.ts';
import { type Member } from './member.ts';
import { type PartitionRemoval } from './partition-removal.ts';
import { sortedPartitions, without } from './sorted-partitions.ts';

/** The commits that go with a change of the assignment. */
export interface RebalanceCommits {
  /** Commits all positions if that is done automatically, and tries again until the deadline. */
  readonly autoCommitBeforeRebalance: (deadlineMs: number) => Future<undefined>;
  readonly resetAutoCommitTimer: () => void;
}

export interface ReconcilerOptions {
  readonly member: Member;
  readonly events: BackgroundEvents;
  readonly removal: PartitionRemoval;
  readonly commits: RebalanceCommits;
}

/** What is to become of the assignment. */
interface Step {
  readonly resolved: LocalAssignment;
  readonly assigned: readonly TopicPartition[];
  readonly added: readonly TopicPartition[];
  readonly revoked: readonly TopicPartition[];
}

/**
 * Turns the assignment that a member has into the one that it has received, one step at a time: commit,
 * `onPartitionsRevoked`, the new assignment, `onPartitionsAssigned`, and then the member acknowledges it
 * (`AbstractMembershipManager.maybeReconcile`).
 */
export class Reconciler {
  readonly #parts: AsyncParts;
  readonly #member: Member;
  readonly #events: BackgroundEvents;
  readonly #removal: PartitionRemoval;
  readonly #commits: RebalanceCommits;
  /** Names of the topics that are assigned, should metadata lose them. */
  readonly #topicNames = new Map<Uuid, string>();
  #isInProgress = false;
  /** The member has joined again since the step began: what it is about is over. */
  #hasRejoined = false;

  constructor(parts: AsyncParts, { member, events, removal, commits }: ReconcilerOptions) {
    this.#parts = parts;
    this.#member = member;
    this.#events = events;
    this.#removal = removal;
    this.#commits = commits;
  }

  rejoining(): void {
    if (this.#isInProgress) this.#hasRejoined = true;
  }

  forgetTopicNames(): void {
    this.#topicNames.clear();
  }

  /**
   * Begins a step if one is needed and none is under way. `duringPoll`: the application is in a poll, so
   * that its positions can be committed, and nothing that is revoked is being returned.
   */
  maybeReconcile(duringPoll: boolean): void {
    const member = this.#member;
    if (member.state !== 'reconciling' || member.isReconciled || this.#isInProgress) return;
    const { resolved, assigned } = this.#resolve();
    if (!isNone(member.current) && hasSamePartitions(resolved, member.current)) {
      // What else was assigned has no name yet.
      member.current = resolved;
      member.enter('acknowledging');
      return;
    }
    const { subscriptions, config } = this.#parts;
    const owned = sortedPartitions(subscriptions.partitions());
    const added = without(assigned, owned);
    const revoked = without(owned, assigned);
    if (!duringPoll && (config.enableAutoCommit || revoked.length > 0)) return;
    this.#begin({ resolved, assigned, added, revoked });
  }

  #begin(step: Step): void {
    const { subscriptions, context, config } = this.#parts;
    this.#isInProgress = true;
    this.#hasRejoined = false;
    subscriptions.markPendingRevocation(step.revoked);
    const deadlineMs = context.wallClockMs() + config.maxPollIntervalMs;
    this.#commits.autoCommitBeforeRebalance(deadlineMs).whenOver(() => {
      if (!this.#isAborted()) this.#revoke(step);
    });
  }

  #revoke(step: Step): void {
    const { revoked } = step;
    const revocation =
      revoked.length > 0 ? this.#removal.revoke(revoked) : Future.completed(undefined);
    revocation.whenDone(() => {
      if (!this.#isAborted()) this.#assign(step);
    }, this.#fail);
  }

  #assign({ resolved, assigned, added }: Step): void {
    const done = new Future<undefined>();
    const isStale = (): boolean => this.#member.state !== 'reconciling' || this.#hasRejoined;
    this.#events.add({ kind: 'assigned', partitions: assigned, added, isStale, done });
    const names = new Set(assigned.map(({ topic }) => topic));
    for (const [topicId, name] of this.#topicNames) {
      if (!names.has(name)) this.#topicNames.delete(topicId);
    }
    done.whenDone(() => {
      this.#completed(resolved, assigned);
    }, this.#fail);
  }

  #completed(resolved: LocalAssignment, assigned: readonly TopicPartition[]): void {
    const { subscriptions } = this.#parts;
    const known = assigned.filter(({ name }) => subscriptions.get(name) !== undefined);
    subscriptions.awaitListener(known, false);
    if (!this.#isInProgress || this.#isAborted()) return;
    this.#member.current = resolved;
    this.#commits.resetAutoCommitTimer();
    this.#member.enter('acknowledging');
    this.#isInProgress = false;
  }

  /** The member does not acknowledge, and the coordinator will remove it in the end. */
  readonly #fail = (): void => {
    this.#isInProgress = false;
    this.#hasRejoined = false;
  };

  /** Whether the step that is under way is of no use any more; then it is over. */
  #isAborted(): boolean {
    const isAborted = this.#member.state !== 'reconciling' || this.#hasRejoined;
    if (isAborted) {
      this.#isInProgress = false;
      this.#hasRejoined = false;
    }
    return isAborted;
  }

  /** The part of the target whose topics have names; asks for metadata if there is another part. */
  #resolve(): Pick<Step, 'resolved' | 'assigned'> {
    const { metadata } = this.#parts;
    const { localEpoch, partitions } = this.#member.target;
    const known = new Map<Uuid, readonly number[]>();
    const assigned: TopicPartition[] = [];
    for (const [topicId, numbers] of partitions) {
      const name = this.#nameOf(topicId);
      if (name === undefined) continue;
      known.set(topicId, numbers);
      for (const number of numbers) assigned.push(topicPartition(name, number));
    }
    if (known.size < partitions.size) metadata.requestUpdate(true);
    assert(known.size === 0 || localEpoch >= 0, 'what is assigned is counted');
    return { resolved: { localEpoch, partitions: known }, assigned: sortedPartitions(assigned) };
  }

  #nameOf(topicId: Uuid): string | undefined {
    const name = this.#parts.metadata.snapshot.topicNameById(topicId);
    if (name === undefined) return this.#topicNames.get(topicId);
    this.#topicNames.set(topicId, name);
    return name;
  }
}
