import { type Fact, type TraceEvent } from '../sim/trace.ts';
import { type Paint, plain } from './paint.ts';
import { sentenceOf } from './sentence.ts';
import { grouped } from './sentences/sentences.ts';
import { isStateChange, sameness } from './state-change.ts';

const nodeWidth = 14;

/** Events that follow each other and are told in one line. */
interface Group {
  readonly first: TraceEvent;
  readonly sameness: string | null;
  size: number;
}

/** A line for each event, or for several alike: when, in seconds, who, and what. Same trace, same text. */
export function renderTimeline(
  trace: readonly TraceEvent[],
  paint: Paint = plain,
): readonly string[] {
  const groups: Group[] = [];
  for (const event of trace) {
    if (!isStateChange(event)) continue;
    const last = groups.at(-1);
    const key = sameness(event);
    if (last === undefined || key === null || last.sameness !== key) {
      groups.push({ first: event, sameness: key, size: 1 });
    } else last.size += 1;
  }
  return groups.map(({ first, size }) => {
    const more = size === 1 ? '' : paint.faint(` (and ${grouped(size - 1)} more like it)`);
    return `${renderEvent(first, paint)}${more}`;
  });
}

/** `  4.213482  broker-1       is killed` */
export function renderEvent({ at, node, fact }: TraceEvent, paint: Paint = plain): string {
  const line = `${node.padEnd(nodeWidth)} ${sentenceOf(fact)}`;
  return `${paint.faint(renderInstant(at))}  ${coloured(line.trimEnd(), fact, paint)}`;
}

/** Seconds with all their microseconds: `  4.213482`. */
export function renderInstant(at: number): string {
  return (at / 1_000_000).toFixed(6).padStart(11);
}

function coloured(line: string, { kind }: Fact, paint: Paint): string {
  switch (kind) {
    case 'nodeCrashed':
    case 'logTruncated':
    case 'sendFailed':
    case 'partitionFailed':
    case 'frameLost':
      return paint.bad(line);
    case 'faultStarted':
    case 'faultEnded':
    case 'faultNeverFired':
      return paint.warning(line);
    case 'faultsHealed':
    case 'runEnded':
      return paint.strong(line);
    default:
      return line;
  }
}
