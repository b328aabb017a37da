import { type Random } from '../../../sim/kernel/random.ts';
import { type Names } from '../../node-names.ts';
import { type RandomFaults } from '../../schema/random-faults.ts';
import { drawNumber } from '../draws.ts';
import { type Family } from './family.ts';

/** Faults of the network between nodes. */
export function* linkFamilies(given: RandomFaults, names: Names): Generator<Family> {
  const { cuts, oneWayCuts, clientCuts } = given;
  const { brokers, controller, clients } = names;
  const servers = [...brokers, controller];
  if (cuts !== undefined) {
    yield {
      name: 'cuts',
      perMinute: cuts.perMinute,
      draw: (random) => ({
        kind: 'cut',
        ...split(servers, random),
        oneWay: false,
        forMs: drawNumber(cuts.lasts, random),
      }),
    };
  }
  if (oneWayCuts !== undefined) {
    yield {
      name: 'oneWayCuts',
      perMinute: oneWayCuts.perMinute,
      draw: (random) => ({
        kind: 'cut',
        ...pair(servers, servers, random),
        oneWay: true,
        forMs: drawNumber(oneWayCuts.lasts, random),
      }),
    };
  }
  if (clientCuts !== undefined) {
    yield {
      name: 'clientCuts',
      perMinute: clientCuts.perMinute,
      draw: (random) => ({
        kind: 'cut',
        ...pair(clients, brokers, random),
        oneWay: random.chance(0.5),
        forMs: drawNumber(clientCuts.lasts, random),
      }),
    };
  }
  yield* weakLinkFamilies(given, names);
}

function* weakLinkFamilies(
  { slowLinks, narrowLinks }: RandomFaults,
  { brokers, controller, clients }: Names,
): Generator<Family> {
  const servers = [...brokers, controller];
  if (slowLinks !== undefined) {
    yield {
      name: 'slowLinks',
      perMinute: slowLinks.perMinute,
      draw: (random) => ({
        kind: 'slowLink',
        ...pair([...servers, ...clients], servers, random),
        latency: {
          kind: 'uniform',
          minUs: 1_000,
          maxUs: Math.max(1_000, Math.round(drawNumber(slowLinks.by, random) * 1_000)),
        },
        forMs: drawNumber(slowLinks.lasts, random),
      }),
    };
  }
  if (narrowLinks !== undefined) {
    yield {
      name: 'narrowLinks',
      perMinute: narrowLinks.perMinute,
      draw: (random) => ({
        kind: 'bandwidth',
        ...pair([...servers, ...clients], servers, random),
        bytesPerSecond: drawNumber(narrowLinks.bytesPerSecond, random),
        forMs: drawNumber(narrowLinks.lasts, random),
      }),
    };
  }
}

interface Ends {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** Two groups, neither of them empty, with all nodes in one of them. */
function split(nodes: readonly string[], random: Random): Ends {
  const first = random.pick(nodes);
  const others = nodes.filter((node) => node !== first);
  const second = random.pick(others);
  const from = [first];
  const to = [second];
  for (const node of others) {
    if (node !== second) (random.chance(0.5) ? from : to).push(node);
  }
  return { from, to };
}

/** A node of the first list, and another one of the second. */
function pair(froms: readonly string[], tos: readonly string[], random: Random): Ends {
  const from = random.pick(froms);
  return { from: [from], to: [random.pick(tos.filter((node) => node !== from))] };
}
