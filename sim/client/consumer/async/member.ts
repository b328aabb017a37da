import { assert } from '../../../kernel/assert.ts';
import { type Uuid } from '../../../protocol/uuid.ts';
import { isSameAssignment, type LocalAssignment, noAssignment } from './local-assignment.ts';
import { type MemberState, previousStates } from './member-state.ts';

/** The epoch that a member asks to join with (`ConsumerGroupHeartbeatRequest.JOIN_GROUP_MEMBER_EPOCH`). */
export const joinEpoch = 0;

/** The membership of one consumer in its group: what `AbstractMembershipManager` keeps. */
export class Member {
  readonly groupId: string;
  /** The member has chosen it itself, and keeps it for its life. */
  readonly id: Uuid;
  readonly instanceId: string | null;
  /** Taken up and, except in `acknowledging`, told to the coordinator. */
  current: LocalAssignment = noAssignment;
  /** Received last. */
  target: LocalAssignment = noAssignment;
  /** Ghost: the last epoch that the coordinator has given. */
  lastEpoch = joinEpoch;
  #state: MemberState = 'unsubscribed';
  #epoch = joinEpoch;
  readonly #heard: (epoch: number | undefined) => void;

  /** `heard` is told of each new epoch; undefined: it has none any more. */
  constructor(
    groupId: string,
    id: Uuid,
    instanceId: string | null,
    heard: (epoch: number | undefined) => void,
  ) {
    this.groupId = groupId;
    this.id = id;
    this.instanceId = instanceId;
    this.#heard = heard;
  }

  get state(): MemberState {
    return this.#state;
  }

  get epoch(): number {
    return this.#epoch;
  }

  set epoch(epoch: number) {
    const isNew = epoch !== this.#epoch;
    this.#epoch = epoch;
    if (epoch > 0) this.lastEpoch = epoch;
    if (isNew) this.#heard(epoch > 0 ? epoch : undefined);
  }

  get isReconciled(): boolean {
    return isSameAssignment(this.current, this.target);
  }

  /** Whether the coordinator, as far as the member knows, does not count it as a member. */
  get isNotInGroup(): boolean {
    const state = this.#state;
    return state === 'unsubscribed' || state === 'fenced' || state === 'fatal' || state === 'stale';
  }

  /** Whether the next heartbeat is not to wait for the interval. */
  get mustHeartbeatNow(): boolean {
    const state = this.#state;
    return state === 'acknowledging' || state === 'leaving' || state === 'joining';
  }

  mayEnter(state: MemberState): boolean {
    return state === this.#state || previousStates[state].has(this.#state);
  }

  enter(state: MemberState): void {
    assert(this.mayEnter(state), `a member that is ${this.#state} does not become ${state}`);
    this.#state = state;
  }

  /** Others are told that it has no epoch, though it keeps it. */
  withdrawEpoch(): void {
    this.#heard(undefined);
  }
}
