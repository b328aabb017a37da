import { present } from '../../../kernel/assert.ts';
import { type Bytes } from '../../../protocol/record-batch.ts';
import { comparePartitions } from '../assignors/assignable-group.ts';
import { assignedPartitions } from '../assignors/subscription-metadata.ts';
import { type CallTimer } from '../blocking-call.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { pollWhile, rest, type Waits } from '../waits.ts';
import { type AssignmentChanges } from './assignment-changes.ts';
import { type Committer } from './committer.ts';
import { type Generation } from './generation.ts';
import { type GroupMetadata } from './group-offset.ts';
import { type GroupParts } from './group-parts.ts';
import { type HeartbeatThread } from './heartbeat-thread.ts';
import { JoinAttempt, type JoinFailure } from './join-attempt.ts';
import { JoinPreparation } from './join-preparation.ts';
import { LeaderRole } from './leader-role.ts';
import { MemberProtocols } from './member-protocols.ts';
import { TopicWatch } from './topic-watch.ts';

/** Joins the group again and again (`AbstractCoordinator.joinGroupIfNeeded`, `ConsumerCoordinator`). */
export class Rebalance {
  readonly watch: TopicWatch;
  readonly #parts: GroupParts;
  readonly #thread: HeartbeatThread;
  readonly #committer: Committer;
  readonly #changes: AssignmentChanges;
  readonly #protocols: MemberProtocols;
  readonly #preparation: JoinPreparation;
  readonly #leader: LeaderRole;
  /** Stays until its outcome has been dealt with, if need be in a later poll. */
  #attempt: JoinAttempt | undefined = undefined;
  #groupMetadata: GroupMetadata;

  constructor(
    parts: GroupParts,
    thread: HeartbeatThread,
    committer: Committer,
    changes: AssignmentChanges,
  ) {
    const protocols = new MemberProtocols(parts);
    this.#parts = parts;
    this.#thread = thread;
    this.#committer = committer;
    this.#changes = changes;
    this.#protocols = protocols;
    this.#preparation = new JoinPreparation(parts, protocols, committer, changes);
    this.watch = new TopicWatch(parts);
    this.#leader = new LeaderRole(parts, protocols.assignors, this.watch);
    const { groupId, instanceId: groupInstanceId } = parts.membership;
    this.#groupMetadata = { groupId, groupInstanceId, generationId: -1, memberId: '' };
  }

  /** As of the last assignment. */
  get groupMetadata(): GroupMetadata {
    return this.#groupMetadata;
  }

  /** Whether the member has to join, or is about to. */
  isNeededOrPending(): boolean {
    const { subscriptions, membership } = this.#parts;
    if (!subscriptions.isAutoAssigned) return false;
    if (this.watch.hasChanged) {
      membership.requestRejoinIfNecessary('cached metadata has changed');
      return true;
    }
    if (this.#protocols.isOutdated) {
      membership.requestRejoinIfNecessary('subscription has changed');
      return true;
    }
    return membership.isRejoinNeeded || this.#attempt !== undefined;
  }

  /** @returns Whether the member has joined; false: not in time. */
  *ensureActive(timer: CallTimer): Waits<boolean | ConsumerException> {
    const isReady = yield* this.#parts.coordinator.ensureReady(timer);
    if (isReady !== true) return isReady;
    this.#thread.start();
    while (this.isNeededOrPending()) {
      const isDone = yield* this.#join(timer);
      if (isDone !== true) return isDone;
    }
    return true;
  }

  /** One round. @returns False: there is no time for another; else it is to be seen whether one is needed. */
  *#join(timer: CallTimer): Waits<boolean | ConsumerException> {
    const { coordinator, membership } = this.#parts;
    const isReady = yield* coordinator.ensureReady(timer);
    if (isReady !== true) return isReady;
    if (membership.needsJoinPrepare) {
      // Not again if the listener throws.
      membership.needsJoinPrepare = false;
      const isPrepared = yield* this.#preparation.prepare(timer, membership.generation);
      if (isPrepared === false) membership.needsJoinPrepare = true;
      if (isPrepared !== true) return isPrepared;
      this.#leader.isLeader = false;
    }
    this.#attempt ??= this.#begin();
    yield* pollWhile(this.#attempt, timer);
    const { outcome } = this.#attempt;
    if (outcome === undefined) return false;
    if (typeof outcome === 'string') return (yield* this.#joined(outcome)) ?? true;
    this.#attempt = undefined;
    return yield* this.#failed(outcome, timer);
  }

  #begin(): JoinAttempt {
    const { membership } = this.#parts;
    membership.state = 'preparingRebalance';
    const parts = { group: this.#parts, leader: this.#leader, thread: this.#thread };
    return new JoinAttempt(parts, this.#protocols.join());
  }

  *#failed({ exception, next }: JoinFailure, timer: CallTimer): Waits<boolean | ConsumerException> {
    const { membership, config } = this.#parts;
    if (next === 'joinWithMemberId') return true;
    membership.requestRejoin(`rebalance failed due to ${exception.name}`);
    if (next === 'joinAgain') return true;
    if (next === 'throw') return exception;
    if (timer.isExpired) return false;
    yield* rest(config.retryBackoffMs, timer);
    return true;
  }

  *#joined(assignment: Bytes): Waits<ConsumerException | undefined> {
    const { membership } = this.#parts;
    const { generation } = membership;
    if (!membership.isReset && membership.state === 'stable') {
      const exception = yield* this.#complete(assignment, generation);
      if (exception !== undefined) return exception;
      membership.needsJoinPrepare = true;
    } else {
      // The heartbeat thread has found out meanwhile that the generation is over.
      membership.reset('rebalance failed since the generation was modified', false);
    }
    this.#attempt = undefined;
    return undefined;
  }

  /** `ConsumerCoordinator.onJoinComplete`. */
  *#complete(
    assignment: Bytes,
    { generationId, memberId, protocolName }: Generation,
  ): Waits<ConsumerException | undefined> {
    const { membership, subscriptions } = this.#parts;
    if (!this.#leader.isLeader) this.watch.forget();
    const { groupId, instanceId: groupInstanceId } = membership;
    this.#groupMetadata = { groupId, groupInstanceId, generationId, memberId };

    const assigned = assignedPartitions(assignment).sort(comparePartitions);
    if (assigned.some(({ topic }) => !subscriptions.isMatchedBySubscription(topic))) {
      membership.requestRejoin('received assignment does not match the current subscription');
      return undefined;
    }
    const names = new Set(assigned.map(({ name }) => name));
    const dropped = this.#changes.owned().filter(({ name }) => !names.has(name));
    if (dropped.length > 0 && this.#protocols.rebalanceProtocol === 'cooperative') {
      const exception = yield* this.#changes.revoke(dropped);
      if (exception !== undefined) return exception;
      membership.requestRejoin('need to revoke partitions and re-join');
    }
    this.#protocols.takeAssignedTopics(assigned);
    const assignor = present(protocolName, 'the assignor of a generation');
    this.#protocols.assigned(assignor, assigned, generationId);
    this.#committer.restartInterval();
    this.#changes.takeUp(assigned, dropped);
    return undefined;
  }
}
