import { type Names } from '../../node-names.ts';
import { type RandomFaults } from '../../schema/random-faults.ts';
import { drawNumber } from '../draws.ts';
import { type Family } from './family.ts';

const takeDown = {
  crashes: 'crash',
  powerLosses: 'powerLoss',
  stops: 'stop',
  wipes: 'wipe',
  clientCrashes: 'crash',
  clientStops: 'stop',
} as const;
const ofServers = ['crashes', 'powerLosses', 'stops', 'wipes'] as const;
const ofClients = ['clientCrashes', 'clientStops'] as const;

/** Faults of single nodes. */
export function* nodeFamilies(given: RandomFaults, names: Names): Generator<Family> {
  const { brokers, clients } = names;
  for (const name of [...ofServers, ...ofClients]) {
    const family = given[name];
    if (family === undefined) continue;
    const all = isOfClients(name) ? clients : brokers;
    const { perMinute, nodes = all, down } = family;
    yield {
      name,
      perMinute,
      draw: (random) => ({
        kind: takeDown[name],
        node: random.pick(nodes),
        restartAfterMs: drawNumber(down, random),
      }),
    };
  }
  for (const name of ['pauses', 'clientPauses'] as const) {
    const family = given[name];
    if (family === undefined) continue;
    const { perMinute, nodes = name === 'pauses' ? brokers : clients, lasts } = family;
    yield {
      name,
      perMinute,
      draw: (random) => ({
        kind: 'pause',
        node: random.pick(nodes),
        forMs: drawNumber(lasts, random),
      }),
    };
  }
  yield* clockFamilies(given, names);
  yield* diskFamilies(given, names);
}

function* clockFamilies({ clocks, drifts }: RandomFaults, { brokers }: Names): Generator<Family> {
  if (clocks !== undefined) {
    const { perMinute, nodes = brokers, by } = clocks;
    yield {
      name: 'clocks',
      perMinute,
      draw: (random) => ({
        kind: 'clockJump',
        node: random.pick(nodes),
        byMs: drawNumber(by, random),
      }),
    };
  }
  if (drifts !== undefined) {
    const { perMinute, nodes = brokers, ppm, lasts } = drifts;
    yield {
      name: 'drifts',
      perMinute,
      draw: (random) => ({
        kind: 'clockDrift',
        node: random.pick(nodes),
        ppm: drawNumber(ppm, random),
        forMs: drawNumber(lasts, random),
      }),
    };
  }
}

function* diskFamilies(
  { disks, slowDisks, bitRots }: RandomFaults,
  { brokers }: Names,
): Generator<Family> {
  if (disks !== undefined) {
    const { perMinute, nodes = brokers, lasts } = disks;
    yield {
      name: 'disks',
      perMinute,
      draw: (random) => ({
        kind: 'disk',
        node: random.pick(nodes),
        state: random.pick(['full', 'failed']),
        forMs: drawNumber(lasts, random),
      }),
    };
  }
  if (slowDisks !== undefined) {
    const { perMinute, nodes = brokers, by, lasts } = slowDisks;
    yield {
      name: 'slowDisks',
      perMinute,
      draw: (random) => ({
        kind: 'disk',
        node: random.pick(nodes),
        state: 'slow',
        latencyMs: drawNumber(by, random),
        forMs: drawNumber(lasts, random),
      }),
    };
  }
  if (bitRots !== undefined) {
    const { perMinute, nodes = brokers } = bitRots;
    yield {
      name: 'bitRots',
      perMinute,
      draw: (random) => ({ kind: 'bitRot', node: random.pick(nodes) }),
    };
  }
}

function isOfClients(name: keyof typeof takeDown): boolean {
  return ofClients.some((other) => other === name);
}
