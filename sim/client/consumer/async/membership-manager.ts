import { type ErrorName } from '../../../protocol/errors.ts';
import { type ConsumerGroupHeartbeatResponse } from '../../../protocol/messages/consumer-group-heartbeat-response.ts';
import { type CloseOptions } from '../consumer-client.ts';
import { type AsyncParts } from './async-parts.ts';
import { Future } from './future.ts';
import { type LocalAssignment, noAssignment, updated } from './local-assignment.ts';
import { joinEpoch, type Member } from './member.ts';
import { type MemberFacts } from './member-facts.ts';
import { canHandleNewAssignment } from './member-state.ts';
import { type PartitionRemoval } from './partition-removal.ts';
import { type Reconciler } from './reconciler.ts';
import { type RequestManager } from './request-manager.ts';
import { sortedPartitions } from './sorted-partitions.ts';

/** Epochs with which a member says that it leaves (`ConsumerGroupHeartbeatRequest`). */
const leaveEpoch = -1;
/** Of a static member that will be back. */
const leaveStaticEpoch = -2;

type MembershipOperation = NonNullable<CloseOptions['membership']>;

export interface MembershipOptions {
  readonly member: Member;
  readonly facts: MemberFacts;
  readonly removal: PartitionRemoval;
  readonly reconciler: Reconciler;
}

/**
 * Takes a consumer through the states of its membership (`ConsumerMembershipManager`,
 * `AbstractMembershipManager`). It lives on the background thread.
 */
export class MembershipManager implements RequestManager {
  readonly member: Member;
  /** What a consumer that is being closed does about its group. */
  leaveOperation: MembershipOperation = 'default';
  readonly #parts: AsyncParts;
  readonly #facts: MemberFacts;
  readonly #removal: PartitionRemoval;
  readonly #reconciler: Reconciler;
  #isSubscriptionUpdated = false;
  #isPollTimerExpired = false;
  /** While it leaves: done when the group has been told. */
  #leave: Future<undefined> | undefined = undefined;
  /** Of a stale member: done when it has given up its partitions. */
  #release = Future.completed(undefined);

  constructor(parts: AsyncParts, { member, facts, removal, reconciler }: MembershipOptions) {
    this.#parts = parts;
    this.member = member;
    this.#facts = facts;
    this.#removal = removal;
    this.#reconciler = reconciler;
  }

  poll(): number {
    this.#reconciler.maybeReconcile(false);
    return Infinity;
  }

  // What the application does.

  /** The next poll joins the group, if it is not a member yet. */
  subscriptionUpdated(): void {
    this.#isSubscriptionUpdated = true;
  }

  applicationPolls(): void {
    if (!this.#isSubscriptionUpdated) return;
    this.#isSubscriptionUpdated = false;
    if (this.member.state === 'unsubscribed') this.#join();
  }

  maybeReconcile(): void {
    this.#reconciler.maybeReconcile(true);
  }

  /** The application polls again after it had not for too long. */
  rejoinIfStale(): void {
    this.#isPollTimerExpired = false;
    if (this.member.state !== 'stale') return;
    this.#release.whenOver(() => {
      this.#join();
    });
  }

  /** @returns When the listener has been told and the group, too. */
  unsubscribe(): Future<undefined> {
    return this.#leaveGroup('unsubscribe');
  }

  /** The same at the end: the application has told its listener already. */
  leaveOnClose(operation: MembershipOperation): Future<undefined> {
    this.leaveOperation = operation;
    return this.#leaveGroup('close');
  }

  // What becomes of heartbeats.

  get mustSkipHeartbeat(): boolean {
    return this.member.isNotInGroup;
  }

  get isLeaving(): boolean {
    const { state, instanceId } = this.member;
    if (this.leaveOperation === 'remainInGroup' && instanceId === null) return false;
    return state === 'prepareLeaving' || state === 'leaving';
  }

  /** Whether the heartbeat that leaves is to be sent, even if another one is under way. */
  get mustSendLeaveNow(): boolean {
    if (this.leaveOperation === 'remainInGroup' && this.member.instanceId === null) return false;
    return this.member.state === 'leaving';
  }

  heartbeatGenerated(): void {
    const { member } = this;
    if (member.state === 'acknowledging') {
      member.enter(member.isReconciled ? 'stable' : 'reconciling');
    } else if (member.state === 'leaving') {
      if (this.#isPollTimerExpired) this.#becomeStale();
      else member.enter('unsubscribed');
    }
  }

  /** It cannot be sent; to leave is tried once only. */
  heartbeatSkipped(): void {
    if (this.member.state !== 'leaving') return;
    this.member.enter('unsubscribed');
    this.#completeLeave();
  }

  heartbeatAnswered({ memberEpoch, assignment }: ConsumerGroupHeartbeatResponse): void {
    const { member } = this;
    if (member.state === 'leaving') return;
    if (member.state === 'unsubscribed' && memberEpoch < 0 && this.#completeLeave()) return;
    if (member.isNotInGroup) return;
    if (memberEpoch < 0) {
      this.#completeLeave();
      return;
    }
    member.epoch = memberEpoch;
    if (assignment === null || !canHandleNewAssignment(member.state)) return;
    this.#setTarget(updated(member.target, assignment.topicPartitions));
    if (!member.isReconciled) member.enter('reconciling');
    else if (member.state === 'reconciling' || member.state === 'joining') member.enter('stable');
  }

  heartbeatFailed(): void {
    if (this.member.state === 'unsubscribed') this.#completeLeave();
  }

  /** What the coordinator has answered to a heartbeat that was to join. */
  joinRefused(error: ErrorName): void {
    this.#facts.joinRefused(error);
  }

  /** The coordinator does not know the member, or not with this epoch. */
  fence(): void {
    const { member } = this;
    if (member.state === 'prepareLeaving') {
      // It passes through `leaving`, so that all hear that it has no epoch any more.
      this.sendLeave(false);
      member.enter('unsubscribed');
      this.#completeLeave();
      return;
    }
    if (member.state === 'leaving') {
      member.enter('unsubscribed');
      this.#completeLeave();
      return;
    }
    // Who has left meanwhile, or has failed, is not moved by a late answer: Java throws, and nobody catches.
    if (member.state === 'unsubscribed' || !member.mayEnter('fenced')) return;
    member.enter('fenced');
    member.epoch = joinEpoch;
    this.#facts.ended('fenced');
    this.#removal.lose(this.#assigned()).whenOver(() => {
      this.#clearAssignment();
      if (member.state === 'fenced') this.#join();
    });
  }

  /** Nothing mends the error that came: the exception of that name. */
  fail(error: string): void {
    const { member } = this;
    const before = member.state;
    if (!member.mayEnter('fatal')) return;
    member.enter('fatal');
    member.withdrawEpoch();
    this.#facts.ended('fatal', error);
    if (before === 'unsubscribed' && this.#completeLeave()) return;
    if (before === 'leaving' || before === 'prepareLeaving') {
      this.#completeLeave();
      return;
    }
    this.#removal.lose(this.#assigned()).whenOver(() => {
      this.#clearAssignment();
    });
  }

  /** `isTooLate`: the application has not polled for too long. */
  sendLeave(isTooLate: boolean): void {
    const { member } = this;
    if (member.state === 'fatal' || member.state === 'unsubscribed') return;
    if (isTooLate) {
      this.#isPollTimerExpired = true;
      member.enter('prepareLeaving');
      this.#facts.ended('pollTimeout');
    }
    member.epoch = this.#leaveEpoch();
    member.current = noAssignment;
    member.enter('leaving');
  }

  #setTarget(target: LocalAssignment): void {
    const { member } = this;
    if (target === member.target) return;
    member.target = target;
    this.#parts.subscriptions.assignedTopicIds = [...target.partitions.keys()];
  }

  #leaveGroup(why: 'unsubscribe' | 'close'): Future<undefined> {
    const { member } = this;
    const { subscriptions } = this.#parts;
    if (member.isNotInGroup) {
      if (member.state === 'fenced') {
        this.#clearAssignment();
        member.enter('unsubscribed');
      }
      subscriptions.unsubscribe();
      return Future.completed(undefined);
    }
    if (this.#leave !== undefined) return this.#leave;
    member.enter('prepareLeaving');
    this.#facts.ended(why);
    const leave = new Future<undefined>();
    this.#leave = leave;
    const released =
      why === 'unsubscribe' ? this.#removal.releaseAll() : Future.completed(undefined);
    released.whenOver(() => {
      subscriptions.unsubscribe();
      this.#clearAssignment();
      this.sendLeave(false);
    });
    return leave;
  }

  #leaveEpoch(): number {
    if (this.leaveOperation === 'leaveGroup') return leaveEpoch;
    return this.member.instanceId === null ? leaveEpoch : leaveStaticEpoch;
  }

  /** @returns Whether it was leaving. */
  #completeLeave(): boolean {
    const leave = this.#leave;
    if (leave === undefined) return false;
    this.#leave = undefined;
    leave.complete(undefined);
    return true;
  }

  #join(): void {
    const { member } = this;
    if (member.state === 'fatal') return;
    this.#reconciler.rejoining();
    member.epoch = joinEpoch;
    if (!member.mayEnter('joining')) return;
    member.enter('joining');
    this.#forgetTarget();
  }

  #becomeStale(): void {
    this.member.enter('stale');
    const release = this.#removal.lose(this.#assigned());
    this.#release = release;
    release.whenOver(() => {
      this.#clearAssignment();
    });
  }

  #assigned() {
    return sortedPartitions(this.#parts.subscriptions.partitions());
  }

  #clearAssignment(): void {
    const { subscriptions } = this.#parts;
    if (subscriptions.isAutoAssigned) subscriptions.assignFromSubscribed([]);
    this.member.current = noAssignment;
    this.#forgetTarget();
  }

  #forgetTarget(): void {
    this.member.target = noAssignment;
    this.#reconciler.forgetTopicNames();
  }
}
