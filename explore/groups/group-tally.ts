import { compareTexts } from '../../sim/protocol/compare-texts.ts';
import { type GroupMeasurements } from '../group-measures.ts';
import { type Distribution, distributionOf, merged } from './distribution.ts';

/** How one group has fared in many runs. */
export interface GroupTally {
  readonly groupId: string;
  /** How many runs had the group. */
  readonly runs: number;
  readonly rebalances: number;
  /** How long each partition stood still that a rebalance took from a member that runs, in milliseconds. */
  readonly stops: Distribution;
  /** Every pause of a partition, whatever made it, in milliseconds. */
  readonly pauses: Distribution;
  /** Of one partition, at any time, and when a run ended. */
  readonly largestLag: number;
  readonly largestLagAtEnd: number;
}

/** What one run says of its groups. */
export function groupTallies({ groups, rebalances }: GroupMeasurements): readonly GroupTally[] {
  const groupIds = new Set([...groups, ...rebalances].map(({ groupId }) => groupId));
  return [...groupIds].sort(compareTexts).map((groupId) => {
    const partitions = groups.filter((measure) => measure.groupId === groupId);
    const standstills = partitions.flatMap((measure) => measure.standstills);
    const stops = standstills.filter(({ why }) => why === 'taken');
    const pauses = standstills.filter(({ pausedMs }) => pausedMs > 0);
    return {
      groupId,
      runs: 1,
      rebalances: rebalances.filter((rebalance) => rebalance.groupId === groupId).length,
      stops: distributionOf(stops.map(({ fromMs, toMs }) => toMs - fromMs)),
      pauses: distributionOf(pauses.map(({ pausedMs }) => pausedMs)),
      largestLag: Math.max(0, ...partitions.map(({ largestLag }) => largestLag)),
      largestLagAtEnd: Math.max(0, ...partitions.map(({ lagAtEnd }) => lagAtEnd)),
    };
  });
}

/** What both say, in any order. */
export function combinedGroups(
  some: readonly GroupTally[],
  others: readonly GroupTally[],
): readonly GroupTally[] {
  const tallies = new Map(some.map((tally) => [tally.groupId, tally]));
  for (const tally of others) {
    const known = tallies.get(tally.groupId);
    tallies.set(tally.groupId, known === undefined ? tally : together(known, tally));
  }
  return [...tallies.values()].sort((a, b) => compareTexts(a.groupId, b.groupId));
}

function together(one: GroupTally, other: GroupTally): GroupTally {
  return {
    groupId: one.groupId,
    runs: one.runs + other.runs,
    rebalances: one.rebalances + other.rebalances,
    stops: merged(one.stops, other.stops),
    pauses: merged(one.pauses, other.pauses),
    largestLag: Math.max(one.largestLag, other.largestLag),
    largestLagAtEnd: Math.max(one.largestLagAtEnd, other.largestLagAtEnd),
  };
}
