import { largestOf, medianOf, sizeOf } from '../explore/groups/distribution.ts';
import { type GroupTally } from '../explore/groups/group-tally.ts';
import { aligned } from './columns.ts';
import { renderMs } from './durations.ts';
import { type Paint } from './paint.ts';
import { grouped } from './sentences/sentences.ts';

/** What the columns of `groupCells` say. */
export const groupHead: readonly string[] = [
  'group',
  'rebalances a run',
  'partitions stopped by each',
  'for (median)',
  'at most',
  'pauses a run',
  'median',
  'longest',
  'largest lag',
];

/** How a group has fared in many runs, in a row. */
export function groupCells(tally: GroupTally): readonly string[] {
  const { groupId, runs, rebalances, stops, pauses, largestLag } = tally;
  return [
    groupId,
    mean(rebalances, runs),
    mean(sizeOf(stops), rebalances),
    msOrNone(medianOf(stops)),
    msOrNone(largestOf(stops)),
    mean(sizeOf(pauses), runs),
    msOrNone(medianOf(pauses)),
    msOrNone(largestOf(pauses)),
    grouped(largestLag),
  ];
}

/** For the console; empty without groups. */
export function renderGroupSummary(
  tallies: readonly GroupTally[],
  paint: Paint,
): readonly string[] {
  if (tallies.length === 0) return [];
  const [title = '', ...lines] = aligned([groupHead, ...tallies.map(groupCells)]);
  return [paint.faint(title), ...lines, ''];
}

/** For programs: figures instead of distributions. */
export function groupSummaryJson({ stops, pauses, ...tally }: GroupTally): object {
  return {
    ...tally,
    partitionsStopped: sizeOf(stops),
    medianStopMs: medianOf(stops),
    largestStopMs: largestOf(stops),
    pauses: sizeOf(pauses),
    medianPauseMs: medianOf(pauses),
    largestPauseMs: largestOf(pauses),
  };
}

function mean(sum: number, count: number): string {
  return String(count === 0 ? 0 : Math.round((sum / count) * 10) / 10);
}

function msOrNone(ms: number | null): string {
  return ms === null ? '–' : renderMs(ms < 10 ? ms : Math.round(ms));
}
