import { type GoneMember, type GroupRebalance } from '../explore/groups/rebalances.ts';
import { aligned } from './columns.ts';
import { renderMs } from './durations.ts';
import { type Paint } from './paint.ts';
import { counted } from './sentences/sentences.ts';

const head = [
  'rebalance',
  'at',
  'took',
  'protocol',
  'partitions stopped',
  'in all',
  'at most',
  'why',
];

/** The rebalances of a run, a line for each; empty without groups. */
export function renderRebalances(
  rebalances: readonly GroupRebalance[],
  paint: Paint,
): readonly string[] {
  if (rebalances.length === 0) return [];
  const rows = rebalances.map((rebalance) => {
    const { groupId, generation, beganAtMs, settledAtMs } = rebalance;
    const { stopped, stoppedMs, longestStopMs } = rebalance;
    return [
      `${groupId} ${generation}`,
      rounded(beganAtMs),
      rounded(settledAtMs - beganAtMs),
      protocolWords(rebalance),
      String(stopped),
      stopped === 0 ? '' : rounded(stoppedMs),
      stopped === 0 ? '' : rounded(longestStopMs),
      whyWords(rebalance),
    ];
  });
  const [title = '', ...lines] = aligned([head, ...rows]);
  return [paint.faint(title), ...lines, ''];
}

/** `classic range`, or `consumer uniform` (KIP-848). */
function protocolWords({ protocol, assignor }: GroupRebalance): string {
  return assignor === null ? protocol : `${protocol} ${assignor}`;
}

const goneWords: Readonly<Record<GoneMember['why'], string>> = {
  left: 'leaves',
  sessionExpired: 'is not heard of',
  rebalanceExpired: 'does not join in time',
  replaced: 'is replaced',
  fenced: 'is fenced',
};

function whyWords({ joined, gone, addedPartitions, followsUp }: GroupRebalance): string {
  const reasons = [
    ...joined.map((member) => `${member} joins`),
    ...gone.map(({ member, why }) => `${member} ${goneWords[why]}`),
  ];
  if (addedPartitions.length > 0) reasons.push(counted(addedPartitions.length, 'new partition'));
  if (followsUp) reasons.push('what was given up is given out');
  return reasons.length === 0 ? 'a member joins again' : reasons.join(', ');
}

function rounded(ms: number): string {
  return renderMs(Math.round(ms));
}
