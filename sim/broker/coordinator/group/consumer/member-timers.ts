import { type ErrorName } from '../../../../protocol/errors.ts';
import { type Operation } from '../../runtime/coordinator-operation.ts';
import { type CoordinatorTimers } from '../../runtime/coordinator-timers.ts';
import { type ConsumerMember } from './consumer-member.ts';

/** Why a member is taken out. */
export type FenceReason = 'sessionExpired' | 'rebalanceExpired';

/** Takes a member out if it is still there, and in that epoch if one is given. */
export type Fence = (
  member: { readonly groupId: string; readonly memberId: string; readonly memberEpoch?: number },
  why: FenceReason,
) => Operation;

/** An operation of a timer that has failed is tried again after this time. */
const retryBackoffMs = 500;

/** The timers of the members of consumer groups. */
export class MemberTimers {
  readonly #timers: CoordinatorTimers;
  readonly #fence: Fence;

  constructor(timers: CoordinatorTimers, fence: Fence) {
    this.#timers = timers;
    this.#fence = fence;
  }

  startSession(groupId: string, memberId: string, timeoutMs: number): void {
    this.#schedule(sessionKey(groupId, memberId), timeoutMs, () =>
      this.#fence({ groupId, memberId }, 'sessionExpired'),
    );
  }

  /** How long the member may take to give up partitions. */
  startRebalance(groupId: string, member: ConsumerMember): void {
    const { memberId, memberEpoch, rebalanceTimeoutMs } = member;
    this.#schedule(rebalanceKey(groupId, memberId), rebalanceTimeoutMs, () =>
      this.#fence({ groupId, memberId, memberEpoch }, 'rebalanceExpired'),
    );
  }

  cancelRebalance(groupId: string, memberId: string): void {
    this.#timers.cancel(rebalanceKey(groupId, memberId));
  }

  /** How long a member of the classic protocol may take to join again; the first order counts. */
  startJoinIfAbsent(groupId: string, { memberId, rebalanceTimeoutMs }: ConsumerMember): void {
    const key = joinKey(groupId, memberId);
    if (this.#timers.isScheduled(key)) return;
    this.#schedule(key, rebalanceTimeoutMs, () =>
      this.#fence({ groupId, memberId }, 'rebalanceExpired'),
    );
  }

  cancelJoin(groupId: string, memberId: string): void {
    this.#timers.cancel(joinKey(groupId, memberId));
  }

  /** How long a member of the classic protocol may take to ask for its assignment. */
  startSync(groupId: string, memberId: string, timeoutMs: number): void {
    this.#schedule(syncKey(groupId, memberId), timeoutMs, () =>
      this.#fence({ groupId, memberId }, 'rebalanceExpired'),
    );
  }

  cancelSync(groupId: string, memberId: string): void {
    this.#timers.cancel(syncKey(groupId, memberId));
  }

  cancelAll(groupId: string, memberId: string): void {
    for (const keyOf of [sessionKey, rebalanceKey, joinKey, syncKey]) {
      this.#timers.cancel(keyOf(groupId, memberId));
    }
  }

  #schedule(key: string, delayMs: number, operate: () => Operation): void {
    this.#timers.schedule(key, delayMs, () => {
      const operation = operate();
      return {
        ...operation,
        settled: (error) => {
          operation.settled(error);
          if (isWorthRetrying(error)) this.#schedule(key, retryBackoffMs, operate);
        },
      };
    });
  }
}

/** A coordinator that has moved has other timers. */
function isWorthRetrying(error: ErrorName): boolean {
  return error !== 'NONE' && error !== 'NOT_COORDINATOR';
}

function sessionKey(groupId: string, memberId: string): string {
  return `session-timeout-${groupId}-${memberId}`;
}

function rebalanceKey(groupId: string, memberId: string): string {
  return `rebalance-timeout-${groupId}-${memberId}`;
}

function joinKey(groupId: string, memberId: string): string {
  return `consumer-join-${groupId}-${memberId}`;
}

function syncKey(groupId: string, memberId: string): string {
  return `consumer-sync-${groupId}-${memberId}`;
}
