import { type Fact, type TraceEvent } from '../sim/trace.ts';
import { type Paint, plain } from './paint.ts';
import { sentenceOf } from './sentence.ts';

const nodeWidth = 14;

/** One line per event: when, in seconds, who, and what. Same trace, same text. */
export function renderTimeline(
  trace: readonly TraceEvent[],
  isShown: (fact: Fact) => boolean,
  paint: Paint = plain,
): readonly string[] {
  return trace.filter(({ fact }) => isShown(fact)).map((event) => renderEvent(event, paint));
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
