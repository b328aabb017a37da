import { type GroupPartitionMeasure } from '../explore/group-measures.ts';
import { aligned } from './columns.ts';
import { renderMs } from './durations.ts';
import { type Paint } from './paint.ts';
import { grouped } from './sentences/sentences.ts';

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** How the groups of a run have kept up: a line for each partition; empty without groups. */
export function renderGroups(
  groups: readonly GroupPartitionMeasure[],
  paint: Paint,
): readonly string[] {
  if (groups.length === 0) return [];
  const largest = Math.max(...groups.map(({ largestLag }) => largestLag));
  const samples = Math.max(...groups.map(({ lag }) => lag.length));
  const rows = groups.map((measure) => [
    measure.groupId,
    measure.partition,
    // What a group has taken up later begins later.
    sparkline(measure.lag, largest).padStart(samples),
    grouped(measure.largestLag),
    grouped(measure.lagAtEnd),
    String(measure.assignments),
    renderMs(Math.round(measure.longestPauseMs)),
    renderMs(Math.round(measure.pausedMs)),
  ]);
  const head = [
    'group',
    'partition',
    'lag over time',
    'largest',
    'at end',
    'owners',
    'longest pause',
    'in all',
  ];
  const [title = '', ...lines] = aligned([head, ...rows]);
  return [paint.faint(title), ...lines, ''];
}

/** Values over time, one character for each; the highest bar is `largest`. */
function sparkline(values: readonly number[], largest: number): string {
  return values
    .map((value) => {
      const height = largest === 0 ? 0 : Math.ceil((value / largest) * (bars.length - 1));
      return bars[height] ?? bars[0];
    })
    .join('');
}
