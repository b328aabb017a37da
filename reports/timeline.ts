import { type Fact, type TraceEvent } from '../sim/trace.ts';
import { type Paint, plain } from './paint.ts';
import { sentenceOf } from './sentence.ts';
import { grouped } from './sentences/sentences.ts';
import { isStateChange, sameness } from './state-change.ts';

const nodeWidth = 14;

/** What is alike, and no further apart than this, is told in one line. */
const longestGapUs = 1_000_000;
/** An application rests for a second when a call has thrown, and then asks the brokers again. */
const longestGapOfErrorsUs = 2_000_000;

/** Events that are told in one line. */
interface Group {
  readonly first: TraceEvent;
  size: number;
  lastAt: number;
}

/** A line for each event, or for several alike: when, in seconds, who, and what. Same trace, same text. */
export function renderTimeline(
  trace: readonly TraceEvent[],
  paint: Paint = plain,
): readonly string[] {
  const groups: Group[] = [];
  const latest = new Map<string, Group>();
  for (const event of trace) {
    if (!isStateChange(event)) continue;
    const key = sameness(event);
    const alike = key === null ? undefined : latest.get(key);
    if (alike !== undefined && event.at - alike.lastAt <= longestGap(event)) {
      alike.size += 1;
      alike.lastAt = event.at;
      continue;
    }
    const group = { first: event, size: 1, lastAt: event.at };
    groups.push(group);
    if (key !== null) latest.set(key, group);
  }
  return groups.map((group) => `${renderEvent(group.first, paint)}${paint.faint(moreLike(group))}`);
}

function longestGap({ fact }: TraceEvent): number {
  const isOfCall = fact.kind === 'consumerError' || fact.kind === 'joinRefused';
  return isOfCall ? longestGapOfErrorsUs : longestGapUs;
}

function moreLike({ size, lastAt }: Group): string {
  if (size === 1) return '';
  return ` (and ${grouped(size - 1)} more like it, until ${renderInstant(lastAt).trim()})`;
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
