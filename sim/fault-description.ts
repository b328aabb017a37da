import { type FaultPlan, type FrameMatch } from './plan.ts';

const verdictVerbs = { drop: 'lose', reset: 'reset at', duplicate: 'double', delay: 'delay' };

/** What a fault does, and to whom: `kill leader of orders-0`. How long it lasts is in the plan. */
export function describeFault(fault: FaultPlan): string {
  switch (fault.kind) {
    case 'crash':
      return `kill ${fault.node}`;
    case 'powerLoss':
      return `cut the power of ${fault.node}`;
    case 'stop':
    case 'pause':
      return `${fault.kind} ${fault.node}`;
    case 'wipe':
      return `give ${fault.node} an empty disk`;
    case 'clockJump':
      return `set the clock of ${fault.node}`;
    case 'clockDrift':
      return `let the clock of ${fault.node} drift`;
    case 'disk':
      return `make the disk of ${fault.node} ${fault.state}`;
    case 'bitRot':
      return `flip a bit on the disk of ${fault.node}`;
    case 'frames':
      return `${verdictVerbs[fault.verdict]} ${fault.count === 1 ? 'the next' : `the next ${fault.count}`} ${matchWords(fault.match)}`;
    case 'cut':
      return `cut ${endsWords(fault, fault.oneWay ? '→' : '↔')}`;
    case 'slowLink':
      return `slow ${endsWords(fault, '→')}`;
    case 'bandwidth':
      return `limit ${endsWords(fault, '→')}`;
  }
}

interface Ends {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

function endsWords({ from, to }: Ends, arrow: string): string {
  return `${from.join(', ')} ${arrow} ${to.join(', ')}`;
}

function matchWords({ api, direction, from, to, partition, error }: FrameMatch): string {
  const parts = [`${api ?? 'any'} ${direction ?? 'frame'}`];
  if (partition !== undefined) parts.push(`about ${partition}`);
  if (error !== undefined) parts.push(`with ${error}`);
  if (from !== undefined) parts.push(`from ${from}`);
  if (to !== undefined) parts.push(`to ${to}`);
  return parts.join(' ');
}
