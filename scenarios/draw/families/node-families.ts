import { type Names } from '../../node-names.ts';
import { type RandomFaults } from '../../schema/random-faults.ts';
import { drawNumber } from '../draws.ts';
import { type Family } from './family.ts';

const takeDown = { crashes: 'crash', powerLosses: 'powerLoss', stops: 'stop' } as const;

/** Faults of single nodes. */
export function* nodeFamilies(given: RandomFaults, { brokers }: Names): Generator<Family> {
  for (const name of ['crashes', 'powerLosses', 'stops'] as const) {
    const family = given[name];
    if (family === undefined) continue;
    const { perMinute, nodes = brokers, down } = family;
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
  const { pauses, clocks, disks } = given;
  if (pauses !== undefined) {
    const { perMinute, nodes = brokers, lasts } = pauses;
    yield {
      name: 'pauses',
      perMinute,
      draw: (random) => ({
        kind: 'pause',
        node: random.pick(nodes),
        forMs: drawNumber(lasts, random),
      }),
    };
  }
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
}
