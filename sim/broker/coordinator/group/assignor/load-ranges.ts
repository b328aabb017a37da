/**
 * The subscribers of a topic by load, with a range of the least loaded ones that grows from the left
 * as its level rises, and one of the most loaded that grows from the right as its level falls
 * (`MemberAssignmentBalancer`). Who has nothing to give leaves the right one.
 *
 *               most loaded
 *       ^  least   [##<-  ]###
 *  load | [...->  ]#######]###  <- nothing to give
 *       | [#######]#######]###
 *       +--------------------->
 *              members
 */
export class LoadRanges {
  readonly #loads: readonly number[];
  /** By load, then by index. */
  readonly #sorted: number[];
  /** Exclusive; the range begins at 0. */
  #leastEnd = 0;
  #leastLevel: number;
  #nextLeast = 0;
  /** Inclusive. */
  #mostStart: number;
  /** Exclusive. */
  #mostEnd: number;
  #mostLevel: number;
  #nextMost: number;

  /** Of `members`, indexes in `loads`, which is read again as the loads change. */
  constructor(members: readonly number[], loads: readonly number[]) {
    this.#loads = loads;
    this.#sorted = members.toSorted((one, other) => {
      const difference = (loads[one] ?? 0) - (loads[other] ?? 0);
      return difference === 0 ? one - other : difference;
    });
    const last = this.#sorted.length - 1;
    this.#leastLevel = this.#loadAt(0) - 1;
    this.#mostStart = this.#sorted.length;
    this.#mostEnd = this.#sorted.length;
    this.#mostLevel = this.#loadAt(last) + 1;
    this.#nextMost = last;
  }

  /** How much the loads differ; to be read before they change. */
  get imbalance(): number {
    return this.#loadAt(this.#sorted.length - 1) - this.#loadAt(0);
  }

  /** Whether nothing is gained by moving from the right range to the left one. */
  get isBalanced(): boolean {
    return this.#mostLevel - this.#leastLevel <= 1;
  }

  /** Who is to get the next partition, and is counted as having it. */
  takeLeastLoaded(): number {
    if (this.#nextLeast >= this.#leastEnd) {
      this.#leastLevel += 1;
      while (
        this.#leastEnd < this.#sorted.length &&
        this.#loadAt(this.#leastEnd) === this.#leastLevel
      ) {
        this.#leastEnd += 1;
      }
      this.#nextLeast = 0;
    }
    const member = this.#sorted[this.#nextLeast] ?? -1;
    this.#nextLeast += 1;
    return member;
  }

  /** Who is to give up the next partition, and is counted as without it; -1 if nobody has one to give. */
  takeMostLoaded(): number {
    if (this.#nextMost < this.#mostStart) {
      // A range that exclusions have emptied takes the level of whoever comes next.
      const isEmpty = this.#mostEnd <= this.#mostStart && this.#mostStart > 0;
      this.#mostLevel = isEmpty ? this.#loadAt(this.#mostStart - 1) : this.#mostLevel - 1;
      while (this.#mostStart > 0 && this.#loadAt(this.#mostStart - 1) === this.#mostLevel) {
        this.#mostStart -= 1;
      }
      this.#nextMost = this.#mostEnd - 1;
    }
    if (this.#nextMost < 0) return -1;
    const member = this.#sorted[this.#nextMost] ?? -1;
    this.#nextMost -= 1;
    return member;
  }

  /** The one that `takeMostLoaded` has named has nothing to give. */
  excludeMostLoaded(): void {
    const index = this.#nextMost + 1;
    const member = this.#sorted[index] ?? -1;
    this.#sorted[index] = this.#sorted[this.#mostEnd - 1] ?? -1;
    this.#sorted[this.#mostEnd - 1] = member;
    this.#mostEnd -= 1;
  }

  #loadAt(index: number): number {
    return this.#loads[this.#sorted[index] ?? -1] ?? 0;
  }
}
