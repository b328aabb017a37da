import { type FaultPlan, type FrameMatch, type Plan, type Trigger } from '../sim/plan.ts';
import { renderMs } from './durations.ts';
import { when } from './sentences/sentences.ts';

type Latency = Plan['network']['latency'];

/** A fault of a plan with everything that was drawn for it: `at 4.213 s: kill leader of orders-0`. */
export function renderFault(fault: FaultPlan): string {
  return `${triggerWords(fault.trigger)}: ${actionWords(fault)}`;
}

function triggerWords(trigger: Trigger): string {
  if (trigger.kind === 'at') return `at ${renderMs(trigger.atMs)}`;
  const { fact, partition, node, nth, afterMs } = trigger;
  const where = when(partition !== undefined, ` of ${partition ?? ''}`);
  const who = when(node !== undefined, ` on ${node ?? ''}`);
  const after = when(afterMs !== undefined, ` after ${renderMs(afterMs ?? 0)}`);
  return `on ${fact} no. ${nth}${where}${who}${after}`;
}

function actionWords(fault: FaultPlan): string {
  switch (fault.kind) {
    case 'crash':
      return `kill ${fault.node}${restartWords(fault.restartAfterMs)}`;
    case 'powerLoss':
      return `cut the power of ${fault.node}${restartWords(fault.restartAfterMs)}`;
    case 'stop':
      return `stop ${fault.node}${restartWords(fault.restartAfterMs)}`;
    case 'wipe':
      return `give ${fault.node} an empty disk${restartWords(fault.restartAfterMs)}`;
    case 'pause':
      return `pause ${fault.node} for ${renderMs(fault.forMs)}`;
    case 'clockJump':
      return `set the clock of ${fault.node} by ${renderMs(fault.byMs)}`;
    case 'clockDrift':
      return `let the clock of ${fault.node} drift by ${fault.ppm} ppm for ${renderMs(fault.forMs)}`;
    case 'disk':
      return `make the disk of ${fault.node} ${fault.state} for ${renderMs(fault.forMs)}`;
    case 'bitRot':
      return `flip a bit on the disk of ${fault.node}`;
    case 'frames':
      return framesWords(fault);
    case 'cut':
      return `cut ${endsWords(fault, fault.oneWay ? '→' : '↔')} for ${renderMs(fault.forMs)}`;
    case 'slowLink':
      return `slow ${endsWords(fault, '→')} to ${latencyWords(fault.latency)} for ${renderMs(fault.forMs)}`;
    case 'bandwidth':
      return `limit ${endsWords(fault, '→')} to ${fault.bytesPerSecond} bytes/s for ${renderMs(fault.forMs)}`;
  }
}

function restartWords(restartAfterMs: number | null): string {
  if (restartAfterMs === null) return ', start it at the heal';
  return `, start it after ${renderMs(restartAfterMs)}`;
}

interface Ends {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

function endsWords({ from, to }: Ends, arrow: string): string {
  return `${from.join(', ')} ${arrow} ${to.join(', ')}`;
}

const verdictWords = { drop: 'lose', reset: 'reset at', duplicate: 'double', delay: 'delay' };

function framesWords(fault: Extract<FaultPlan, { readonly kind: 'frames' }>): string {
  const { match, verdict, count, share, delayMs, forMs } = fault;
  const which = count === 1 ? 'the next' : `the next ${count}`;
  const chance = when(share < 1, `, each with probability ${share}`);
  const delay = when(delayMs > 0, ` by ${renderMs(delayMs)}`);
  return `${verdictWords[verdict]} ${which} ${matchWords(match)}${delay}${chance}, within ${renderMs(forMs)}`;
}

function matchWords({ api, direction, from, to, partition, error }: FrameMatch): string {
  const parts = [`${api ?? 'any'} ${direction ?? 'frame'}`];
  if (partition !== undefined) parts.push(`about ${partition}`);
  if (error !== undefined) parts.push(`with ${error}`);
  if (from !== undefined) parts.push(`from ${from}`);
  if (to !== undefined) parts.push(`to ${to}`);
  return parts.join(' ');
}

/** `0.2–2 ms`, and for other distributions what they are. */
export function latencyWords(latency: Latency): string {
  switch (latency.kind) {
    case 'constant':
      return renderMs(latency.us / 1_000);
    case 'uniform':
      return `${latency.minUs / 1_000}–${latency.maxUs / 1_000} ms`;
    case 'exponential':
      return `${renderMs(latency.minUs / 1_000)} + about ${renderMs(latency.meanUs / 1_000)}`;
    case 'bimodal': {
      const [fast, slow] = [latencyWords(latency.fast), latencyWords(latency.slow)];
      return `${fast}, and with probability ${latency.slowShare} ${slow}`;
    }
  }
}
