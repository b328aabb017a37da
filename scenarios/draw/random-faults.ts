import { type FaultAction, type FaultPlan } from '../../sim/plan.ts';
import { namesOf } from '../node-names.ts';
import { type Scenario } from '../scenario.ts';
import { type Draws } from './draws.ts';
import { frameFamilies } from './families/frame-families.ts';
import { linkFamilies } from './families/link-families.ts';
import { nodeFamilies } from './families/node-families.ts';

/**
 * The faults that a seed draws from the families of a scenario, in the order of their instants:
 * `crashes-1`, `crashes-2`, ….
 */
export function randomFaults(scenario: Scenario, draws: Draws): readonly FaultPlan[] {
  const { random: given, healAfter } = scenario;
  if (given === undefined) return [];
  const spanMs = healAfter - given.from;
  if (spanMs <= 0) return [];
  const names = namesOf(scenario);
  const families = [
    ...nodeFamilies(given, names),
    ...linkFamilies(given, names),
    ...frameFamilies(given),
  ];
  const faults = families.flatMap(({ name, perMinute, draw }) => {
    const mean = (perMinute * spanMs) / 60_000;
    const count = draws.of(`random/${name}`).below(2 * mean + 1);
    return Array.from({ length: count }, (_, index): DrawnFault => {
      const id = `${name}-${index + 1}`;
      const random = draws.of(`random/${id}`);
      return { id, atMs: given.from + random.below(Math.ceil(spanMs)), action: draw(random) };
    });
  });
  const inOrder = faults.toSorted((a, b) => a.atMs - b.atMs);
  const isServer = (node: string): boolean => !names.clients.includes(node);
  return bearable(inOrder, given, isServer).map(({ id, atMs, action }) => ({
    id,
    trigger: { kind: 'at', atMs },
    ...action,
  }));
}

interface DrawnFault {
  readonly id: string;
  readonly atMs: number;
  readonly action: FaultAction;
}

interface Bounds {
  readonly mostDown: number;
  /** Milliseconds. */
  readonly recovery: number;
}

/** Leaves out what would take down more nodes at once than the scenario allows. */
function bearable(
  inOrder: readonly DrawnFault[],
  { mostDown, recovery }: Bounds,
  isServer: (node: string) => boolean,
): readonly DrawnFault[] {
  const down: { readonly node: string; readonly untilMs: number }[] = [];
  return inOrder.filter(({ atMs, action }) => {
    const forMs = downMs(action);
    if (forMs === 0 || !('node' in action) || !isServer(action.node)) return true;
    const still = down.filter(({ untilMs }) => untilMs >= atMs);
    if (still.length >= mostDown || still.some(({ node }) => node === action.node)) return false;
    down.push({ node: action.node, untilMs: atMs + forMs + recovery });
    return true;
  });
}

/** How long a fault keeps its node from taking part. */
function downMs(action: FaultAction): number {
  switch (action.kind) {
    case 'crash':
    case 'powerLoss':
    case 'stop':
    case 'wipe':
      return action.restartAfterMs ?? Number.POSITIVE_INFINITY;
    case 'pause':
      return action.forMs;
    case 'disk':
      return action.state === 'slow' ? 0 : action.forMs;
    default:
      return 0;
  }
}
