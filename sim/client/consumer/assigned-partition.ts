import { assert } from '../../kernel/assert.ts';
import { type OffsetReset } from '../../protocol/config/offset-reset.ts';
import { type PartitionName } from '../../trace.ts';
import { type KnownLeader } from '../metadata.ts';
import { type TopicPartition } from '../topic-partition.ts';
import { type FetchPosition, isSameLeader, noEpoch } from './fetch-position.ts';

/** `SubscriptionState.FetchStates`. Only a partition that is fetching has a valid position. */
export type FetchState = 'initializing' | 'fetching' | 'awaitReset' | 'awaitValidation';

/** The replica to read from while no other than the leader is preferred. */
export const noReplica = -1;

/** What changed since someone last looked, so that nobody has to look at all partitions. */
export interface PartitionChanges {
  /** Partitions whose next fetch may differ from the last one. */
  readonly touched: Set<AssignedPartition>;
  /** How many assigned partitions have no valid position. */
  withoutPosition: number;
}

/**
 * What the consumer knows of one partition while it is assigned
 * (`SubscriptionState.TopicPartitionState`). Times are the client's wall clock, in milliseconds.
 *
 * | from \ to       | fetching | awaitReset | awaitValidation |
 * |-----------------|----------|------------|-----------------|
 * | initializing    | yes      | yes        | yes             |
 * | fetching        | yes      | yes        | yes             |
 * | awaitReset      | yes      | yes        | stays           |
 * | awaitValidation | yes      | yes        | yes             |
 */
export class AssignedPartition implements TopicPartition {
  readonly name: PartitionName;
  readonly topic: string;
  readonly partition: number;
  readonly #changes: PartitionChanges;
  readonly #validatesPositions: boolean;
  #state: FetchState = 'initializing';
  #position: FetchPosition | null = null;
  #isAssigned = true;
  #isPaused = false;
  /** The group takes it away: it is neither fetched nor returned until that is done. */
  #isBeingRevoked = false;
  /** The group has given it, and the application's listener has not returned yet. */
  #awaitsListener = false;
  #resetStrategy: OffsetReset = { kind: 'none' };
  #nextRetryAtMs = 0;
  #preferredReplica = noReplica;
  #preferredReplicaUntilMs = 0;

  constructor(partition: TopicPartition, changes: PartitionChanges, validatesPositions: boolean) {
    this.name = partition.name;
    this.topic = partition.topic;
    this.partition = partition.partition;
    this.#changes = changes;
    this.#validatesPositions = validatesPositions;
    changes.withoutPosition += 1;
    changes.touched.add(this);
  }

  get state(): FetchState {
    return this.#state;
  }

  /** Null while it is not known: before the first, and during a reset. */
  get position(): FetchPosition | null {
    return this.#position;
  }

  get isAssigned(): boolean {
    return this.#isAssigned;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get hasValidPosition(): boolean {
    return this.#state === 'fetching';
  }

  get isFetchable(): boolean {
    if (!this.#isAssigned || this.#isPaused || this.#state !== 'fetching') return false;
    return !this.#isBeingRevoked && !this.#awaitsListener;
  }

  /** Whether its first position is to be found. */
  get mustInitialize(): boolean {
    return this.#state === 'initializing' && !this.#isBeingRevoked;
  }

  /** By what the position is to be found while it awaits a reset. */
  get resetStrategy(): OffsetReset {
    return this.#resetStrategy;
  }

  /** Whether a request for this position was sent or failed not long ago. */
  isBackingOff(nowMs: number): boolean {
    return nowMs < this.#nextRetryAtMs;
  }

  retryNotBefore(atMs: number): void {
    this.#nextRetryAtMs = atMs;
  }

  pause(): void {
    this.#isPaused = true;
    this.#changes.touched.add(this);
  }

  resume(): void {
    this.#isPaused = false;
    this.#changes.touched.add(this);
  }

  markPendingRevocation(): void {
    this.#isBeingRevoked = true;
    this.#changes.touched.add(this);
  }

  /** Whether the listener is to be told first that the partition has been assigned. */
  set awaitsListener(awaits: boolean) {
    this.#awaitsListener = awaits;
    this.#changes.touched.add(this);
  }

  /** The partition is taken away; this object is of no use any more. */
  unassign(): void {
    if (!this.hasValidPosition) this.#changes.withoutPosition -= 1;
    this.#isAssigned = false;
    this.#changes.touched.add(this);
  }

  /** Takes a position that needs no validation. */
  seekValidated(position: FetchPosition): void {
    this.#resetStrategy = { kind: 'none' };
    this.#enter('fetching', position);
  }

  /** Takes a position that is to be validated first, if it has an epoch. */
  seekUnvalidated(position: FetchPosition): void {
    this.seekValidated(position);
    this.#validate(position);
  }

  /** Moves a valid position on. */
  advance(position: FetchPosition): void {
    assert(this.hasValidPosition, 'only a valid position moves on');
    this.#position = position;
    this.#changes.touched.add(this);
  }

  requestReset(strategy: OffsetReset): void {
    this.#resetStrategy = strategy;
    this.#enter('awaitReset', null);
  }

  /** Compares the position with the leader that metadata name now. */
  validateFor(currentLeader: KnownLeader): void {
    // Metadata have changed, and with them perhaps the topic's id.
    this.#changes.touched.add(this);
    if (this.#state === 'awaitReset' || currentLeader.leader === undefined) return;
    const position = this.#position;
    if (position === null || isSameLeader(position.currentLeader, currentLeader)) return;
    const { offset, offsetEpoch } = position;
    this.#validate({ offset, offsetEpoch, currentLeader });
    this.#preferredReplica = noReplica;
  }

  completeValidation(): void {
    if (this.#position !== null) this.#enter('fetching', this.#position);
  }

  /** The follower to read from (KIP-392), or `noReplica`. */
  preferredReplica(nowMs: number): number {
    if (nowMs > this.#preferredReplicaUntilMs) this.#preferredReplica = noReplica;
    return this.#preferredReplica;
  }

  /** Keeps the time of a replica that is preferred already. */
  preferReplica(brokerId: number, untilMs: number): void {
    if (brokerId === this.#preferredReplica) return;
    this.#preferredReplica = brokerId;
    this.#preferredReplicaUntilMs = untilMs;
    this.#changes.touched.add(this);
  }

  /** @returns Whether there was one. */
  clearPreferredReplica(): boolean {
    if (this.#preferredReplica === noReplica) return false;
    this.#preferredReplica = noReplica;
    this.#changes.touched.add(this);
    return true;
  }

  #validate(position: FetchPosition): void {
    const isValidated =
      this.#validatesPositions &&
      position.offsetEpoch !== noEpoch &&
      position.currentLeader.leaderEpoch !== noEpoch;
    this.#enter(isValidated ? 'awaitValidation' : 'fetching', position);
  }

  #enter(state: FetchState, position: FetchPosition | null): void {
    if (this.#state === 'awaitReset' && state === 'awaitValidation') return;
    const had = this.hasValidPosition;
    this.#state = state;
    this.#position = position;
    this.#nextRetryAtMs = 0;
    if (had !== this.hasValidPosition) this.#changes.withoutPosition += had ? 1 : -1;
    this.#changes.touched.add(this);
  }
}
