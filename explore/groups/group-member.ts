import { type PartitionName } from '../../sim/trace.ts';
import { type GroupPartition, type Standstill } from './group-partition.ts';

/** A consumer that is, or has been, a member of a group: whether it runs, and works. Times are milliseconds. */
export class GroupMember {
  readonly groupId: string;
  readonly isReadCommitted: boolean;
  readonly owned = new Map<PartitionName, GroupPartition>();
  /** What it gave up last. */
  #givenUp: readonly GroupPartition[] = [];
  #isFrozen = false;
  /** Records that it has polled and not yet worked on. */
  #unprocessed = 0;
  #polledAtMs = -1;
  #busySinceMs = 0;
  #busyMs = 0;

  constructor(groupId: string, isReadCommitted: boolean) {
    this.groupId = groupId;
    this.isReadCommitted = isReadCommitted;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Whether it works on what it has polled. */
  get isBusy(): boolean {
    return this.#unprocessed > 0;
  }

  /** How long it has been busy until now. */
  busyMs(nowMs: number): number {
    return this.isBusy ? this.#busyMs + nowMs - this.#busySinceMs : this.#busyMs;
  }

  polled(records: number, nowMs: number): void {
    // What is left of an earlier poll has failed, or is another thread's.
    if (nowMs !== this.#polledAtMs) this.workEnded(nowMs);
    this.#polledAtMs = nowMs;
    if (!this.isBusy) this.#busySinceMs = nowMs;
    this.#unprocessed += records;
  }

  processed(records: number, nowMs: number): void {
    if (this.#unprocessed > records) this.#unprocessed -= records;
    else this.workEnded(nowMs);
  }

  /** It has worked on everything, or given it up. */
  workEnded(nowMs: number): void {
    if (!this.isBusy) return;
    this.#busyMs = this.busyMs(nowMs);
    this.#unprocessed = 0;
    for (const partition of this.owned.values()) partition.ownerIsFree(nowMs);
  }

  froze(nowMs: number): void {
    this.#isFrozen = true;
    for (const partition of this.owned.values()) partition.ownerFroze(nowMs);
  }

  thawed(nowMs: number): void {
    this.#isFrozen = false;
    for (const partition of this.owned.values()) partition.ownerThawed(nowMs);
  }

  givesUp(
    names: readonly PartitionName[],
    cause: Pick<Standstill, 'why' | 'generation'>,
    nowMs: number,
  ): void {
    const owned = names.map((name) => this.owned.get(name));
    this.#givenUp = owned.filter((partition) => partition !== undefined);
    for (const partition of this.#givenUp) partition.givenUp(cause, nowMs);
  }

  /** What it gave up last, it was not told to give up: it goes. */
  left(): void {
    for (const partition of this.#givenUp) partition.ownerHasLeft();
    this.#givenUp = [];
  }

  /** Its process is no more. */
  died(nowMs: number): void {
    this.givesUp([...this.owned.keys()], { why: 'died', generation: null }, nowMs);
    this.#isFrozen = false;
    this.#unprocessed = 0;
    this.#polledAtMs = -1;
  }
}
