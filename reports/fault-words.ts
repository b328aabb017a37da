import { describeFault } from '../sim/fault-description.ts';
import { type FaultPlan, type Plan, type Trigger } from '../sim/plan.ts';
import { renderMs } from './durations.ts';
import { when } from './sentences/sentences.ts';

type Latency = Plan['network']['latency'];

/** A fault of a plan with everything that was drawn for it: `at 4.213 s: kill leader of orders-0`. */
export function renderFault(fault: FaultPlan): string {
  return `${triggerWords(fault.trigger)}: ${describeFault(fault)}${measureWords(fault)}`;
}

function triggerWords(trigger: Trigger): string {
  if (trigger.kind === 'at') return `at ${renderMs(trigger.atMs)}`;
  const { fact, partition, node, nth, afterMs } = trigger;
  const where = when(partition !== undefined, ` of ${partition ?? ''}`);
  const who = when(node !== undefined, ` on ${node ?? ''}`);
  const after = when(afterMs !== undefined, ` after ${renderMs(afterMs ?? 0)}`);
  return `on ${fact} no. ${nth}${where}${who}${after}`;
}

function measureWords(fault: FaultPlan): string {
  switch (fault.kind) {
    case 'crash':
    case 'powerLoss':
    case 'stop':
    case 'wipe':
      return restartWords(fault.restartAfterMs);
    case 'pause':
    case 'disk':
    case 'cut':
      return ` for ${renderMs(fault.forMs)}`;
    case 'clockJump':
      return ` by ${renderMs(fault.byMs)}`;
    case 'clockDrift':
      return ` by ${fault.ppm} ppm for ${renderMs(fault.forMs)}`;
    case 'bitRot':
      return '';
    case 'frames':
      return framesWords(fault);
    case 'slowLink':
      return ` to ${latencyWords(fault.latency)} for ${renderMs(fault.forMs)}`;
    case 'bandwidth':
      return ` to ${fault.bytesPerSecond} bytes/s for ${renderMs(fault.forMs)}`;
  }
}

function restartWords(restartAfterMs: number | null): string {
  if (restartAfterMs === null) return ', start it at the heal';
  return `, start it after ${renderMs(restartAfterMs)}`;
}

function framesWords(fault: Extract<FaultPlan, { readonly kind: 'frames' }>): string {
  const { share, delayMs, forMs } = fault;
  const chance = when(share < 1, `, each with probability ${share}`);
  const delay = when(delayMs > 0, ` by ${renderMs(delayMs)}`);
  return `${delay}${chance}, within ${renderMs(forMs)}`;
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
