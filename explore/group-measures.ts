import { type PartitionOffset } from '../sim/group-facts.ts';
import { compareTexts } from '../sim/protocol/compare-texts.ts';
import { type Offset } from '../sim/protocol/record-batch.ts';
import { type Fact, type FactOf, type PartitionName } from '../sim/trace.ts';

/** How one group has kept up with one partition. */
export interface GroupPartitionMeasure {
  readonly groupId: string;
  readonly partition: PartitionName;
  /** High watermark less committed offset, at equal distances over the run; what is not committed counts from 0. */
  readonly lag: readonly number[];
  readonly largestLag: number;
  readonly lagAtEnd: number;
  /** How often the partition has got an owner. */
  readonly assignments: number;
  /** The longest time without an owner between two owners, and all of it, in milliseconds. */
  readonly longestPauseMs: number;
  readonly pausedMs: number;
}

/** How many samples of the lag a run has. */
const sampleCount = 60;

interface GroupPartition {
  readonly groupId: string;
  readonly partition: PartitionName;
  readonly lag: number[];
  committed: Offset;
  largestLag: number;
  owner: string | null;
  /** Since when it has none, in milliseconds; null before the first. */
  ownerlessSinceMs: number | null;
  assignments: number;
  longestPauseMs: number;
  pausedMs: number;
}

/** Follows the lag of every group and the pauses that rebalances make. */
export class GroupMeasures {
  readonly #everyMs: number;
  readonly #partitions = new Map<string, GroupPartition>();
  readonly #highWatermarks = new Map<PartitionName, Offset>();
  /** Offsets that are committed when their transaction is. */
  readonly #pending = new Map<number, (() => void)[]>();
  #nextSampleMs: number;

  constructor(endAtMs: number) {
    this.#everyMs = endAtMs / sampleCount;
    this.#nextSampleMs = this.#everyMs;
  }

  readonly observe = (fact: Fact, at: number, node: string): void => {
    const nowMs = at / 1_000;
    while (nowMs >= this.#nextSampleMs) this.#sample();
    switch (fact.kind) {
      case 'highWatermarkMoved':
        if (fact.isLeader) this.#highWatermarks.set(fact.partition, fact.to);
        break;
      case 'offsetCommitAnswered':
        this.#committed(fact);
        break;
      case 'endTxnAnswered':
        if (fact.error === 'NONE') this.#transactionEnded(fact.currentTxnUid, fact.isCommit);
        break;
      case 'partitionsAssigned':
        for (const partition of fact.added) {
          this.#owned(this.#of(fact.groupId, partition), node, nowMs);
        }
        break;
      case 'partitionsRevoked':
        for (const partition of fact.partitions) {
          this.#givenUp(this.#of(fact.groupId, partition), node, nowMs);
        }
        break;
      case 'nodeCrashed':
        for (const partition of this.#partitions.values()) this.#givenUp(partition, node, nowMs);
        break;
      default:
    }
  };

  result(): readonly GroupPartitionMeasure[] {
    while (this.#nextSampleMs <= this.#everyMs * sampleCount) this.#sample();
    const measures = [...this.#partitions.values()].map((partition) => {
      const { groupId, lag, largestLag, assignments, longestPauseMs, pausedMs } = partition;
      const lagAtEnd = this.#lagOf(partition);
      const name = partition.partition;
      return {
        groupId,
        partition: name,
        lag,
        largestLag,
        lagAtEnd,
        assignments,
        longestPauseMs,
        pausedMs,
      };
    });
    return measures.sort(byGroupAndPartition);
  }

  #sample(): void {
    this.#nextSampleMs += this.#everyMs;
    for (const partition of this.#partitions.values()) {
      const lag = this.#lagOf(partition);
      partition.lag.push(lag);
      partition.largestLag = Math.max(partition.largestLag, lag);
    }
  }

  #lagOf({ partition, committed }: GroupPartition): number {
    return Math.max((this.#highWatermarks.get(partition) ?? 0) - committed, 0);
  }

  #committed({ groupId, offsets, errors, txnUid }: FactOf<'offsetCommitAnswered'>): void {
    for (const [index, offset] of offsets.entries()) {
      if (errors[index] !== 'NONE') continue;
      const commit = (): void => {
        this.#commit(groupId, offset);
      };
      if (txnUid < 0) commit();
      else this.#pending.set(txnUid, [...(this.#pending.get(txnUid) ?? []), commit]);
    }
  }

  #commit(groupId: string, { partition, offset }: PartitionOffset): void {
    this.#of(groupId, partition).committed = offset;
  }

  #transactionEnded(txnUid: number, isCommit: boolean): void {
    if (isCommit) for (const commit of this.#pending.get(txnUid) ?? []) commit();
    this.#pending.delete(txnUid);
  }

  #owned(partition: GroupPartition, node: string, nowMs: number): void {
    partition.assignments += 1;
    partition.owner = node;
    if (partition.ownerlessSinceMs !== null) {
      const pausedMs = nowMs - partition.ownerlessSinceMs;
      partition.pausedMs += pausedMs;
      partition.longestPauseMs = Math.max(partition.longestPauseMs, pausedMs);
    }
    partition.ownerlessSinceMs = null;
  }

  #givenUp(partition: GroupPartition, node: string, nowMs: number): void {
    if (partition.owner !== node) return;
    partition.owner = null;
    partition.ownerlessSinceMs = nowMs;
  }

  #of(groupId: string, partition: PartitionName): GroupPartition {
    const key = `${groupId}/${partition}`;
    const known = this.#partitions.get(key);
    if (known !== undefined) return known;
    const made: GroupPartition = {
      groupId,
      partition,
      lag: [],
      committed: 0,
      largestLag: 0,
      owner: null,
      ownerlessSinceMs: null,
      assignments: 0,
      longestPauseMs: 0,
      pausedMs: 0,
    };
    this.#partitions.set(key, made);
    return made;
  }
}

function byGroupAndPartition(one: GroupPartitionMeasure, other: GroupPartitionMeasure): number {
  const byGroup = compareTexts(one.groupId, other.groupId);
  return byGroup === 0 ? compareTexts(one.partition, other.partition) : byGroup;
}
