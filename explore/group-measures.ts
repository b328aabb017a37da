import { type Plan } from '../sim/plan.ts';
import { compareTexts } from '../sim/protocol/compare-texts.ts';
import { type Fact, type FactOf, type PartitionName } from '../sim/trace.ts';
import { GroupMember } from './groups/group-member.ts';
import { GroupPartition, type Standstill } from './groups/group-partition.ts';
import { ReadableLog } from './groups/readable-log.ts';
import { type GroupRebalance, Rebalances } from './groups/rebalances.ts';

/** How one group has kept up with one partition. */
export interface GroupPartitionMeasure {
  readonly groupId: string;
  readonly partition: PartitionName;
  /**
   * High watermark less committed offset, at equal distances over the run. While nothing is committed it
   * counts from where `auto.offset.reset` has led the group, or else from the start of the log.
   */
  readonly lag: readonly number[];
  readonly largestLag: number;
  readonly lagAtEnd: number;
  /** How often the partition has got an owner. */
  readonly assignments: number;
  /** When nobody read it, in order. */
  readonly standstills: readonly Standstill[];
  /** The longest of its pauses, and all of them, in milliseconds: standstills, as far as records waited. */
  readonly longestPauseMs: number;
  readonly pausedMs: number;
}

/** What is measured of the groups of a run. */
export interface GroupMeasurements {
  readonly groups: readonly GroupPartitionMeasure[];
  readonly rebalances: readonly GroupRebalance[];
}

export const noGroups: GroupMeasurements = { groups: [], rebalances: [] };

/** Whether there is anything to measure. */
export function hasGroups({ clients }: Plan): boolean {
  return clients.some(({ kind, config }) => kind === 'consumer' && 'group.id' in config);
}

/** How many samples of the lag a run has. */
const sampleCount = 60;

interface Samples {
  readonly partition: GroupPartition;
  readonly lag: number[];
  largestLag: number;
}

/** Follows the lag of every group, who reads its partitions, and its rebalances. */
export class GroupMeasures {
  readonly #endAtMs: number;
  readonly #everyMs: number;
  readonly #readCommitted: ReadonlySet<string>;
  readonly #samples = new Map<string, Samples>();
  readonly #logs = new Map<PartitionName, ReadableLog>();
  readonly #groupsOf = new Map<PartitionName, GroupPartition[]>();
  readonly #members = new Map<string, GroupMember>();
  readonly #rebalances = new Rebalances();
  /** Offsets that are committed when their transaction is. */
  readonly #pending = new Map<number, FactOf<'offsetCommitAnswered'>[]>();
  #nextSampleMs: number;

  constructor({ endAtMs, clients }: Plan) {
    this.#endAtMs = endAtMs;
    this.#everyMs = endAtMs / sampleCount;
    this.#nextSampleMs = this.#everyMs;
    const committed = clients.filter(
      ({ config }) => config['isolation.level'] === 'read_committed',
    );
    this.#readCommitted = new Set(committed.map(({ name }) => name));
  }

  readonly observe = (fact: Fact, at: number, node: string): void => {
    const nowMs = at / 1_000;
    while (nowMs >= this.#nextSampleMs) this.#sample();
    this.#logFact(fact, nowMs);
    this.#groupFact(fact, nowMs, node);
    const member = this.#members.get(node);
    if (member !== undefined) this.#memberFact(member, fact, nowMs);
  };

  result(): GroupMeasurements {
    while (this.#nextSampleMs <= this.#everyMs * sampleCount) this.#sample();
    const partitions = [...this.#samples.values()].map(({ partition }) => partition);
    for (const partition of partitions) partition.runEnded(this.#endAtMs);
    return {
      groups: [...this.#samples.values()].map(measureOf).sort(byGroupAndPartition),
      rebalances: this.#rebalances.result(partitions),
    };
  }

  #logFact(fact: Fact, nowMs: number): void {
    switch (fact.kind) {
      case 'batchAppended':
        if (!fact.asLeader) return;
        this.#logOf(fact.partition).appended(fact);
        break;
      case 'highWatermarkMoved':
        if (!fact.isLeader) return;
        this.#logOf(fact.partition).highWatermarkMoved(fact);
        break;
      case 'leaderStarted':
        this.#logOf(fact.partition).leaderStarted(fact);
        break;
      case 'logStartMoved': {
        const log = this.#logOf(fact.partition);
        log.logStart = Math.max(log.logStart, fact.to);
        break;
      }
      default:
        return;
    }
    for (const partition of this.#groupsOf.get(fact.partition) ?? []) partition.logMoved(nowMs);
  }

  #groupFact(fact: Fact, nowMs: number, node: string): void {
    switch (fact.kind) {
      case 'groupChanged':
        this.#rebalances.groupChanged(fact, nowMs);
        break;
      case 'memberRemoved':
        this.#rebalances.memberRemoved(fact);
        break;
      case 'offsetCommitAnswered':
        if (fact.txnUid < 0) this.#committed(fact, nowMs);
        else this.#pending.set(fact.txnUid, [...(this.#pending.get(fact.txnUid) ?? []), fact]);
        break;
      case 'endTxnAnswered':
        if (fact.error === 'NONE') this.#transactionEnded(fact, nowMs);
        break;
      case 'partitionsAssigned': {
        const member = this.#memberOf(node, fact.groupId);
        for (const partition of fact.added) {
          this.#of(fact.groupId, partition).assigned(member, nowMs);
        }
        this.#rebalances.partitionsAssigned(fact, node, nowMs);
        break;
      }
      default:
    }
  }

  #memberFact(member: GroupMember, fact: Fact, nowMs: number): void {
    switch (fact.kind) {
      case 'recordsPolled':
        member.polled(fact.records.length, nowMs);
        member.owned.get(fact.partition)?.polled(fact.nextPosition, nowMs);
        break;
      case 'recordsProcessed':
        member.processed(fact.offsets.length, nowMs);
        break;
      case 'positionMoved':
        // Who seeks does not go on with what it has polled.
        if (fact.why === 'seek') member.workEnded(nowMs);
        member.owned.get(fact.partition)?.positionMoved(fact.to, fact.why === 'reset', nowMs);
        break;
      case 'partitionsRevoked':
        this.#revoked(member, fact, nowMs);
        break;
      case 'membershipEnded':
        if (fact.why === 'close' || fact.why === 'unsubscribe') member.left();
        break;
      case 'nodeCrashed':
      case 'nodeStopped':
        member.died(nowMs);
        break;
      case 'nodePaused':
        member.froze(nowMs);
        break;
      case 'nodeResumed':
        member.thawed(nowMs);
        break;
      default:
    }
  }

  #revoked(member: GroupMember, fact: FactOf<'partitionsRevoked'>, nowMs: number): void {
    const generation = fact.areLost ? null : this.#rebalances.takenFor(fact);
    const why = fact.areLost ? 'lost' : 'taken';
    member.givesUp(fact.partitions, { why, generation }, nowMs);
  }

  #committed({ groupId, offsets, errors }: FactOf<'offsetCommitAnswered'>, nowMs: number): void {
    for (const [index, { partition, offset }] of offsets.entries()) {
      if (errors[index] !== 'NONE') continue;
      this.#of(groupId, partition).committed(offset, nowMs);
    }
  }

  #transactionEnded({ currentTxnUid, isCommit }: FactOf<'endTxnAnswered'>, nowMs: number): void {
    const commits = isCommit ? (this.#pending.get(currentTxnUid) ?? []) : [];
    for (const commit of commits) this.#committed(commit, nowMs);
    this.#pending.delete(currentTxnUid);
  }

  #sample(): void {
    this.#nextSampleMs += this.#everyMs;
    for (const samples of this.#samples.values()) {
      const { lag } = samples.partition;
      samples.lag.push(lag);
      samples.largestLag = Math.max(samples.largestLag, lag);
    }
  }

  #logOf(partition: PartitionName): ReadableLog {
    const known = this.#logs.get(partition);
    if (known !== undefined) return known;
    const log = new ReadableLog();
    this.#logs.set(partition, log);
    return log;
  }

  #memberOf(node: string, groupId: string): GroupMember {
    const known = this.#members.get(node);
    if (known?.groupId === groupId) return known;
    const member = new GroupMember(groupId, this.#readCommitted.has(node));
    this.#members.set(node, member);
    return member;
  }

  #of(groupId: string, partition: PartitionName): GroupPartition {
    const key = `${groupId}/${partition}`;
    const known = this.#samples.get(key);
    if (known !== undefined) return known.partition;
    const made = new GroupPartition(groupId, partition, this.#logOf(partition));
    this.#samples.set(key, { partition: made, lag: [], largestLag: 0 });
    this.#groupsOf.set(partition, [...(this.#groupsOf.get(partition) ?? []), made]);
    return made;
  }
}

function measureOf({ partition, lag, largestLag }: Samples): GroupPartitionMeasure {
  const { groupId, assignments, standstills } = partition;
  const pauses = standstills.map(({ pausedMs }) => pausedMs);
  return {
    groupId,
    partition: partition.partition,
    lag,
    largestLag,
    lagAtEnd: partition.lag,
    assignments,
    standstills,
    longestPauseMs: Math.max(0, ...pauses),
    pausedMs: pauses.reduce((sum, ms) => sum + ms, 0),
  };
}

function byGroupAndPartition(one: GroupPartitionMeasure, other: GroupPartitionMeasure): number {
  const byGroup = compareTexts(one.groupId, other.groupId);
  return byGroup === 0 ? compareTexts(one.partition, other.partition) : byGroup;
}
