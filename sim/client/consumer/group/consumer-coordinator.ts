import { Api } from '../../../protocol/api.ts';
import { type FactOf } from '../../../trace.ts';
import { CallTimer } from '../blocking-call.ts';
import { type CloseOptions, type CommitCompleted } from '../consumer-client.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type ConsumerParts } from '../consumer-parts.ts';
import { awaitMetadata, caught, pollOnce, type Waits } from '../waits.ts';
import { AssignmentChanges } from './assignment-changes.ts';
import { CommittedPositions } from './committed-positions.ts';
import { Committer } from './committer.ts';
import { GroupCoordinator } from './group-coordinator.ts';
import { GroupMembership } from './group-membership.ts';
import { type GroupMetadata, type GroupOffset } from './group-offset.ts';
import { type GroupParts } from './group-parts.ts';
import { Heartbeat } from './heartbeat.ts';
import { HeartbeatThread } from './heartbeat-thread.ts';
import { Rebalance } from './rebalance.ts';

type Membership = NonNullable<CloseOptions['membership']>;

/** What automatic commits are taken from, and the bugs of old that a run has. */
export type CommitSource = Pick<GroupParts, 'consumed' | 'switches'>;

/** Why a member leaves, and what it tells its group. */
interface Leaving {
  readonly why: FactOf<'membershipEnded'>['why'];
  readonly reason: string;
  readonly membership: Membership;
}

/**
 * What a group is to a consumer of the classic protocol (`ConsumerCoordinator`): its members, if it has
 * subscribed, and its offsets in any case.
 */
export class ConsumerCoordinator {
  readonly thread: HeartbeatThread;
  readonly committer: Committer;
  readonly committed: CommittedPositions;
  readonly #parts: GroupParts;
  readonly #changes: AssignmentChanges;
  readonly #rebalance: Rebalance;

  constructor(consumer: ConsumerParts, groupId: string, source: CommitSource) {
    const { context, config } = consumer;
    const heartbeat = new Heartbeat(consumer);
    const instanceId = config.groupInstanceId ?? null;
    const preparesAgain = source.switches['coop.preparesAgain'] !== 'off';
    const parts: GroupParts = {
      ...consumer,
      ...source,
      heartbeat,
      membership: new GroupMembership(context, groupId, instanceId, preparesAgain),
      coordinator: new GroupCoordinator(consumer, groupId, () => {
        heartbeat.resetSession();
      }),
    };
    this.#parts = parts;
    this.thread = new HeartbeatThread(parts, () => this.#leave(leavingOverdue));
    this.committer = new Committer(parts);
    this.committed = new CommittedPositions(parts);
    this.#changes = new AssignmentChanges(parts, this.committer);
    this.#rebalance = new Rebalance(parts, this.thread, this.committer, this.#changes);
  }

  get groupMetadata(): GroupMetadata {
    return this.#rebalance.groupMetadata;
  }

  /**
   * What each turn of a poll begins with. It does not wait for a rebalance to end.
   * @returns Whether positions may be looked at; false: not in time.
   */
  *poll(timer: CallTimer): Waits<boolean | ConsumerException> {
    const { subscriptions, metadata, network } = this.#parts;
    this.#rebalance.watch.update();
    const thrown = this.committer.callCompleted();
    if (thrown !== undefined) return thrown;
    if (subscriptions.isAutoAssigned) {
      const isActive = yield* this.#beMember(timer);
      if (isActive !== true) return isActive;
    } else {
      if (metadata.isUpdateRequested && !network.hasReadyNodes) {
        yield* awaitMetadata(metadata, timer);
      }
      const exception = network.pollNoWakeup();
      if (exception !== undefined) return exception;
    }
    return this.committer.autoCommitIfDue(this.#nowMs()) ?? true;
  }

  /** The consumer has subscribed to a pattern. */
  matchPattern(): void {
    this.#rebalance.watch.matchPattern();
  }

  /** The application wants its group to rebalance: the next poll joins again. */
  enforceRebalance(reason: string): void {
    this.#parts.membership.requestRejoin(reason === '' ? 'rebalance enforced by user' : reason);
  }

  /** For how long a poll for records may wait before the next turn. */
  timeToNextPollMs(nowMs: number): number | ConsumerException {
    const { membership, heartbeat } = this.#parts;
    const toAutoCommit = this.committer.timeToAutoCommitMs;
    if (membership.hasNotJoined) return toAutoCommit;
    return this.thread.failure ?? Math.min(toAutoCommit, heartbeat.timeToNextMs(nowMs));
  }

  commitAsync(
    offsets: readonly GroupOffset[],
    completed: CommitCompleted,
  ): ConsumerException | undefined {
    const outcome = this.committer.async(offsets, completed, 'async');
    return outcome !== undefined && 'name' in outcome ? outcome : undefined;
  }

  /** Gives up all partitions and leaves the group. @returns What is thrown. */
  *unsubscribe(): Waits<ConsumerException | undefined> {
    const exception = yield* this.#giveUpAll();
    return exception ?? this.#leave(leavingUnsubscribed);
  }

  /** Commits, gives up all partitions, and leaves the group. @returns What is thrown. */
  *close(timer: CallTimer, membership: Membership): Waits<ConsumerException | undefined> {
    this.#parts.network.disableWakeups();
    yield* this.committer.autoCommitBeforeClose(timer);
    const exception = yield* caught(this.committer.sendAll(timer));
    this.thread.close();
    return (yield* caught(this.#end(timer, membership))) ?? exception;
  }

  *#beMember(timer: CallTimer): Waits<boolean | ConsumerException> {
    const { coordinator } = this.#parts;
    const failure = this.#pollHeartbeat();
    if (failure !== undefined) return failure;
    if (coordinator.known() === undefined) {
      const isReady = yield* coordinator.ensureReady(timer);
      if (isReady !== true) return isReady;
    }
    if (!this.#rebalance.isNeededOrPending()) return true;
    if (this.#parts.subscriptions.type === 'pattern') {
      const isFresh = yield* this.#refreshPattern(timer);
      if (!isFresh) return false;
    }
    const isActive = yield* this.#rebalance.ensureActive(new CallTimer(0, this.#nowMs()));
    timer.update(this.#nowMs());
    return isActive;
  }

  /**
   * Matches the pattern against new metadata before the member joins, so that members which hear of a
   * topic at different times rebalance less often. @returns Whether that is done; false: not in time.
   */
  *#refreshPattern(timer: CallTimer): Waits<boolean> {
    const { metadata } = this.#parts;
    const nowMs = this.#nowMs();
    if (metadata.mayUpdate(nowMs)) metadata.requestUpdate(true);
    if (metadata.isUpdateRequested || metadata.timeToNextUpdate(nowMs) === 0) {
      const version = metadata.updateVersion;
      yield* awaitMetadata(metadata, timer);
      if (metadata.updateVersion === version) return false;
    }
    this.#rebalance.watch.update();
    return true;
  }

  /** The application shows that it is alive. @returns What the heartbeat thread has failed with. */
  #pollHeartbeat(): ConsumerException | undefined {
    const failure = this.thread.takeFailure();
    if (failure !== undefined) return failure;
    const { heartbeat } = this.#parts;
    const nowMs = this.#nowMs();
    if (heartbeat.isDue(nowMs)) this.thread.notify();
    heartbeat.polled(nowMs);
    return undefined;
  }

  *#end(timer: CallTimer, membership: Membership): Waits<ConsumerException | undefined> {
    const exception = (yield* this.#giveUpAll()) ?? this.#leave({ ...leavingClosed, membership });
    if (exception !== undefined) return exception;
    const { coordinator, network } = this.#parts;
    const node = coordinator.known();
    if (node === undefined) return undefined;
    while (network.hasRequestsTo(node) && !timer.isExpired) yield* pollOnce(timer);
    return undefined;
  }

  /** `ConsumerCoordinator.onLeavePrepare`. */
  *#giveUpAll(): Waits<ConsumerException | undefined> {
    const { subscriptions, membership } = this.#parts;
    const owned = this.#changes.owned();
    if (!subscriptions.isAutoAssigned || owned.length === 0) return undefined;
    if (membership.hasLostGeneration || membership.isRebalancing) {
      this.#changes.lose();
      return undefined;
    }
    const exception = yield* this.#changes.revoke(owned);
    if (exception !== undefined) return exception;
    this.#changes.giveUp(owned, []);
    return undefined;
  }

  /** `AbstractCoordinator.maybeLeaveGroup` */
  #leave({ why, reason, membership: operation }: Leaving): ConsumerException | undefined {
    const { coordinator, membership, network } = this.#parts;
    const { memberId } = membership.generation;
    const isMember = membership.state !== 'unjoined' && memberId !== '';
    const isDynamic = membership.instanceId === null;
    const mayLeave = operation === 'leaveGroup' || (operation === 'default' && isDynamic);
    let thrown: ConsumerException | undefined;
    if (mayLeave && isMember && coordinator.known() !== undefined) {
      const members = [{ memberId, groupInstanceId: null, reason }];
      const request = { groupId: membership.groupId, memberId: '', members };
      coordinator.ask(Api.leaveGroup, request, ignore);
      thrown = network.pollNoWakeup();
    }
    if (thrown === undefined) membership.left(why);
    return thrown;
  }

  #nowMs(): number {
    return this.#parts.context.wallClockMs();
  }
}

const leavingOverdue: Leaving = {
  why: 'pollTimeout',
  reason: 'consumer poll timeout has expired.',
  membership: 'default',
};
const leavingUnsubscribed: Leaving = {
  why: 'unsubscribe',
  reason: 'the consumer unsubscribed from all topics',
  membership: 'default',
};
const leavingClosed: Leaving = {
  why: 'close',
  reason: 'the consumer is being closed',
  membership: 'default',
};

/** Whether a member has left well is only logged. */
const ignore = (): 'over' => 'over';
