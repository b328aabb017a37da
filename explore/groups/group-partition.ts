import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type PartitionName } from '../../sim/trace.ts';
import { type GroupMember } from './group-member.ts';
import { type ReadableLog } from './readable-log.ts';

/**
 * Why nobody reads a partition: its owner was told to give it up, has left the group, is no member any
 * more, is dead, is frozen; or owns it, runs, and yet does nothing with the records that wait.
 */
export type StandstillCause = 'taken' | 'left' | 'lost' | 'died' | 'frozen' | 'silent';

/**
 * A time in which nobody has read a partition of a group, in milliseconds since the start of the run. It
 * begins when its owner gives it up, dies or is frozen; or, if records wait and the owner works on
 * nothing for a second, when that has begun. It ends when a member that runs polls the partition, or owns
 * it and has nothing to read; or with the run.
 */
export interface Standstill {
  readonly fromMs: number;
  readonly toMs: number;
  /** How long of it records waited that the group could have read: the pause. */
  readonly pausedMs: number;
  readonly why: StandstillCause;
  /** The generation, or group epoch, for which it was taken; null if it was not. */
  readonly generation: number | null;
}

interface OpenStandstill {
  readonly fromMs: number;
  why: StandstillCause;
  generation: number | null;
  waitingSinceMs: number | null;
}

/** A partition waits for an owner that could read it. */
interface Readiness {
  readonly sinceMs: number;
  /** How long the owner had been busy until then. */
  readonly busyMs: number;
  readonly wasBusy: boolean;
}

/** An owner that polls again after less than that, besides its work, has made no pause. */
const shortestSilenceMs = 1_000;

/** How a group reads one partition. */
export class GroupPartition {
  readonly groupId: string;
  readonly partition: PartitionName;
  readonly standstills: Standstill[] = [];
  /** How often it has got an owner. */
  assignments = 0;
  readonly #log: ReadableLog;
  #isReadCommitted = false;
  #owner: GroupMember | null = null;
  /** Of the owner; of the last one while there is none, or it does not know its own. */
  #position: Offset | null = null;
  #knowsPosition = false;
  #committed: Offset | null = null;
  /** Where `auto.offset.reset` has led the group first. */
  #resetTo: Offset | null = null;
  #open: OpenStandstill | null = null;
  #ready: Readiness | null = null;

  constructor(groupId: string, partition: PartitionName, log: ReadableLog) {
    this.groupId = groupId;
    this.partition = partition;
    this.#log = log;
  }

  /** While nothing is committed it counts from where the reading began, or else from the start of the log. */
  get lag(): number {
    const { highWatermark, logStart } = this.#log;
    return Math.max(highWatermark - (this.#committed ?? this.#resetTo ?? logStart), 0);
  }

  // Who owns it.

  assigned(member: GroupMember, nowMs: number): void {
    if (this.#owner !== null && this.#owner !== member) {
      if (this.#isSilent(nowMs)) this.#begin({ why: 'silent', generation: null }, nowMs);
      this.#owner.owned.delete(this.partition);
    }
    this.assignments += 1;
    this.#owner = member;
    this.#knowsPosition = false;
    this.#ready = null;
    this.#isReadCommitted = member.isReadCommitted;
    member.owned.set(this.partition, this);
  }

  /** Its owner gives it up. */
  givenUp(cause: Pick<Standstill, 'why' | 'generation'>, nowMs: number): void {
    this.#begin(cause, nowMs);
    this.#owner?.owned.delete(this.partition);
    this.#owner = null;
    this.#review(nowMs);
  }

  /** Who has given it up has not been told to: it goes. */
  ownerHasLeft(): void {
    if (this.#owner !== null || this.#open?.why !== 'taken') return;
    this.#open.why = 'left';
    this.#open.generation = null;
  }

  ownerFroze(nowMs: number): void {
    this.#begin({ why: 'frozen', generation: null }, nowMs);
    this.#review(nowMs);
  }

  ownerThawed(nowMs: number): void {
    if (this.#owner?.isBusy === true) this.#end(nowMs);
    this.#review(nowMs);
  }

  ownerIsFree(nowMs: number): void {
    if (this.#ready?.wasBusy === true) this.#becomeReady(nowMs, false);
  }

  // How far it is read.

  polled(nextPosition: Offset, nowMs: number): void {
    if (this.#isSilent(nowMs)) this.#begin({ why: 'silent', generation: null }, nowMs);
    this.#end(nowMs);
    this.#ready = null;
    this.#moveTo(nextPosition, nowMs);
  }

  positionMoved(to: Offset, isReset: boolean, nowMs: number): void {
    if (isReset) this.#resetTo ??= to;
    this.#moveTo(to, nowMs);
  }

  committed(offset: Offset, nowMs: number): void {
    this.#committed = offset;
    this.#review(nowMs);
  }

  /** What can be read of the log has changed. */
  logMoved(nowMs: number): void {
    this.#review(nowMs);
  }

  runEnded(nowMs: number): void {
    if (this.#isSilent(nowMs)) this.#begin({ why: 'silent', generation: null }, nowMs);
    this.#end(nowMs);
  }

  #moveTo(position: Offset, nowMs: number): void {
    this.#position = position;
    this.#knowsPosition = true;
    this.#review(nowMs);
  }

  #review(nowMs: number): void {
    const owner = this.#owner;
    const canRead = owner !== null && !owner.isFrozen && this.#knowsPosition;
    if (!this.#waits()) {
      this.#ready = null;
      if (canRead) this.#end(nowMs);
      else if (this.#open !== null) this.#open.waitingSinceMs = null;
    } else if (this.#open !== null) this.#open.waitingSinceMs ??= nowMs;
    else if (canRead && this.#ready === null) this.#becomeReady(nowMs, owner.isBusy);
  }

  #becomeReady(sinceMs: number, wasBusy: boolean): void {
    this.#ready = { sinceMs, busyMs: this.#owner?.busyMs(sinceMs) ?? 0, wasBusy };
  }

  /** Whether there are records that its owner, or the next one, has yet to read. */
  #waits(): boolean {
    const known = this.#position ?? this.#log.logStart;
    const isOwned = this.#owner !== null && this.#knowsPosition;
    return this.#log.end(this.#isReadCommitted) > (isOwned ? known : (this.#committed ?? known));
  }

  /** Whether the owner has done nothing for so long that it is a pause. */
  #isSilent(nowMs: number): boolean {
    if (this.#ready === null || this.#owner === null) return false;
    const busyMs = this.#owner.busyMs(nowMs) - this.#ready.busyMs;
    return nowMs - this.#ready.sinceMs - busyMs >= shortestSilenceMs;
  }

  #begin({ why, generation }: Pick<Standstill, 'why' | 'generation'>, nowMs: number): void {
    if (this.#open !== null) return;
    const ready = this.#isSilent(nowMs) ? this.#ready : null;
    this.#open = {
      fromMs: ready?.sinceMs ?? nowMs,
      why: ready === null ? why : 'silent',
      generation: ready === null ? generation : null,
      waitingSinceMs: ready?.sinceMs ?? null,
    };
    this.#ready = null;
  }

  #end(toMs: number): void {
    if (this.#open === null) return;
    const { fromMs, why, generation, waitingSinceMs } = this.#open;
    const pausedMs = toMs - (waitingSinceMs ?? toMs);
    this.standstills.push({ fromMs, toMs, pausedMs, why, generation });
    this.#open = null;
  }
}
