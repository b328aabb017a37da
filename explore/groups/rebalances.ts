import { compareTexts } from '../../sim/protocol/compare-texts.ts';
import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { type GroupPartition } from './group-partition.ts';

/** A member that is no more, and why; a member that has never told of an assignment has its id for a name. */
export interface GoneMember {
  readonly member: string;
  readonly why: FactOf<'memberRemoved'>['why'];
}

/** A group has got another generation, or epoch: what that was for, and what it has cost. */
export interface GroupRebalance {
  readonly groupId: string;
  /** Generation of a classic group, epoch of a consumer group (KIP-848). */
  readonly generation: number;
  readonly protocol: 'classic' | 'consumer';
  readonly assignor: string | null;
  /** Its members are called, or a member gives up what it has; in milliseconds since the start. */
  readonly beganAtMs: number;
  /** The last member has taken up its assignment, and nothing that was taken stands still. */
  readonly settledAtMs: number;
  readonly joined: readonly string[];
  readonly gone: readonly GoneMember[];
  /** Partitions that nobody in the group had before; empty in its first rebalance. */
  readonly addedPartitions: readonly PartitionName[];
  /** It gives out what members have given up in the one before, as cooperative ones do. */
  readonly followsUp: boolean;
  /** How many partitions it has taken from members that run, how long they stood still in sum, and at most. */
  readonly stopped: number;
  readonly stoppedMs: number;
  readonly longestStopMs: number;
}

interface Rebalance {
  readonly generation: number;
  readonly protocol: GroupRebalance['protocol'];
  assignor: string | null;
  readonly beganAtMs: number;
  settledAtMs: number;
  /** Ids of members. */
  readonly joined: readonly string[];
  readonly gone: readonly GoneMember[];
  readonly addedPartitions: PartitionName[];
}

interface Group {
  readonly rebalances: Rebalance[];
  /** Who decides now. */
  broker: number;
  members: ReadonlySet<string>;
  /** Who is gone since the last rebalance. */
  gone: GoneMember[];
  /** Since when its members are called, in milliseconds. */
  preparesSinceMs: number | null;
  readonly knownPartitions: Set<PartitionName>;
}

/** Follows the generations and epochs of all groups. */
export class Rebalances {
  readonly #groups = new Map<string, Group>();
  /** Names of nodes by the ids of their members. */
  readonly #names = new Map<string, string>();

  groupChanged(fact: FactOf<'groupChanged'>, nowMs: number): void {
    const group = this.#of(fact);
    const last = group.rebalances.at(-1);
    // A coordinator that is none any more may still decide.
    if (last !== undefined && fact.generation < last.generation && fact.broker !== group.broker) {
      return;
    }
    group.broker = fact.broker;
    if (fact.generation !== (last?.generation ?? 0)) this.#begin(group, fact, nowMs);
    else if (fact.state === 'PreparingRebalance') group.preparesSinceMs ??= nowMs;
    this.#learnPartitions(group, fact);
  }

  memberRemoved({ groupId, memberId, why }: FactOf<'memberRemoved'>): void {
    this.#groups.get(groupId)?.gone.push({ member: memberId, why });
  }

  partitionsAssigned(fact: FactOf<'partitionsAssigned'>, node: string, nowMs: number): void {
    this.#names.set(fact.memberId, node);
    const rebalances = this.#groups.get(fact.groupId)?.rebalances ?? [];
    const rebalance = rebalances.findLast(({ generation }) => generation === fact.generation);
    if (rebalance === undefined) return;
    // A member that gives up for the next epoch tells of what it keeps from an earlier one.
    if (fact.added.length > 0 || rebalance === rebalances.at(-1)) rebalance.settledAtMs = nowMs;
  }

  /** For which generation members give up what they have been told to: a classic one for the next. */
  takenFor({ groupId, generation }: FactOf<'partitionsRevoked'>): number {
    const last = this.#groups.get(groupId)?.rebalances.at(-1);
    return last?.protocol === 'consumer' ? last.generation : generation + 1;
  }

  result(partitions: Iterable<GroupPartition>): readonly GroupRebalance[] {
    const stops = stopsOf(partitions);
    return [...this.#groups].flatMap(([groupId, { rebalances }]) => {
      const measured = rebalances.map((rebalance) => {
        const stop = stops.get(`${groupId}/${rebalance.generation}`) ?? noStop;
        return this.#measured(groupId, rebalance, stop);
      });
      return measured.map((rebalance, index) => {
        return { ...rebalance, followsUp: followsUp(rebalance, measured[index - 1]) };
      });
    });
  }

  #begin(group: Group, fact: FactOf<'groupChanged'>, nowMs: number): void {
    const { generation, protocol, assignor } = fact;
    const members = new Set(fact.members.map(({ memberId }) => memberId));
    group.rebalances.push({
      generation,
      protocol,
      assignor,
      beganAtMs: group.preparesSinceMs ?? nowMs,
      settledAtMs: nowMs,
      joined: [...members].filter((memberId) => !group.members.has(memberId)),
      gone: group.gone,
      addedPartitions: [],
    });
    group.members = members;
    group.gone = [];
    group.preparesSinceMs = null;
  }

  #learnPartitions({ rebalances, knownPartitions }: Group, fact: FactOf<'groupChanged'>): void {
    const rebalance = rebalances.at(-1);
    if (rebalance === undefined) return;
    rebalance.assignor = fact.assignor;
    const isFirst = knownPartitions.size === 0;
    for (const { assigned } of fact.members) {
      for (const partition of assigned ?? []) {
        if (knownPartitions.has(partition)) continue;
        knownPartitions.add(partition);
        if (!isFirst) rebalance.addedPartitions.push(partition);
      }
    }
  }

  #measured(groupId: string, rebalance: Rebalance, stop: Stop): GroupRebalance {
    const { joined, gone } = rebalance;
    return {
      groupId,
      ...rebalance,
      beganAtMs: Math.min(rebalance.beganAtMs, stop.fromMs),
      settledAtMs: Math.max(rebalance.settledAtMs, stop.toMs),
      joined: joined.map((memberId) => this.#nameOf(memberId)).sort(compareTexts),
      gone: gone.map(({ member, why }) => ({ member: this.#nameOf(member), why })),
      followsUp: false,
      stopped: stop.count,
      stoppedMs: stop.sumMs,
      longestStopMs: stop.longestMs,
    };
  }

  #nameOf(memberId: string): string {
    return this.#names.get(memberId) ?? memberId;
  }

  #of({ groupId, broker }: FactOf<'groupChanged'>): Group {
    const known = this.#groups.get(groupId);
    if (known !== undefined) return known;
    const group: Group = {
      rebalances: [],
      broker,
      members: new Set(),
      gone: [],
      preparesSinceMs: null,
      knownPartitions: new Set(),
    };
    this.#groups.set(groupId, group);
    return group;
  }
}

/** What one rebalance has stopped. */
interface Stop {
  readonly count: number;
  readonly sumMs: number;
  readonly longestMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const noStop: Stop = { count: 0, sumMs: 0, longestMs: 0, fromMs: Infinity, toMs: 0 };

/** By group and generation. */
function stopsOf(partitions: Iterable<GroupPartition>): ReadonlyMap<string, Stop> {
  const stops = new Map<string, Stop>();
  for (const { groupId, standstills } of partitions) {
    for (const { why, generation, fromMs, toMs } of standstills) {
      if (why !== 'taken' || generation === null) continue;
      const key = `${groupId}/${generation}`;
      const before = stops.get(key) ?? noStop;
      stops.set(key, {
        count: before.count + 1,
        sumMs: before.sumMs + toMs - fromMs,
        longestMs: Math.max(before.longestMs, toMs - fromMs),
        fromMs: Math.min(before.fromMs, fromMs),
        toMs: Math.max(before.toMs, toMs),
      });
    }
  }
  return stops;
}

function followsUp(rebalance: GroupRebalance, before: GroupRebalance | undefined): boolean {
  const { protocol, joined, gone, addedPartitions } = rebalance;
  if (protocol === 'consumer' || before === undefined || before.stopped === 0) return false;
  const hasOtherReason = joined.length + gone.length + addedPartitions.length > 0;
  return !hasOtherReason && before.settledAtMs >= rebalance.beganAtMs;
}
