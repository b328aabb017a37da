import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FaultPlan } from '../sim/plan.ts';
import { draw } from './draw.ts';
import { leaderCrash } from './leader-crash.ts';
import { networkChaos } from './network-chaos.ts';
import { placesIn } from './problem.ts';
import { readPlan } from './read-plan.ts';
import { readScenario } from './read-scenario.ts';
import { type Scenario } from './scenario.ts';
import { shippedScenarios } from './shipped.ts';

function read(written: object): Scenario {
  return readScenario(written, placesIn('test'));
}

describe.each(shippedScenarios)('$name', (scenario) => {
  test('is the same plan for the same seed, and another for another', () => {
    expect(draw(scenario, 7)).toEqual(draw(scenario, 7));
    expect(draw(scenario, 8)).not.toEqual(draw(scenario, 7));
  });

  test('is plain JSON that a file gives back', () => {
    const plan = draw(scenario, 7);
    expect(readPlan(JSON.parse(JSON.stringify(plan)), placesIn('plan.json'))).toEqual(plan);
  });
});

test('what a scenario leaves open is drawn from its range', () => {
  const scenario = read(leaderCrash);
  const isInRange = fc.property(fc.nat(), (seed) => {
    const [crash] = draw(scenario, seed).faults;
    expect(crash?.kind === 'crash' && crash.restartAfterMs).toBeGreaterThanOrEqual(500);
    expect(crash?.kind === 'crash' && crash.restartAfterMs).toBeLessThanOrEqual(15_000);
    expect(crash?.trigger.kind === 'at' && crash.trigger.atMs).toBeGreaterThanOrEqual(2_000);
    expect(crash?.trigger.kind === 'at' && crash.trigger.atMs).toBeLessThanOrEqual(8_000);
  });
  fc.assert(isInRange);
});

test('a time that is sought may be drawn, too', () => {
  const to = { time: { between: ['5s', '6s'] } };
  const seek = { op: 'seek', at: '9s', partition: 'orders-0', to };
  const assign = { op: 'assign', at: '1s', partitions: ['orders'] };
  const consumer = { kind: 'consumer', workload: [assign, seek] };
  const plan = draw(read({ ...leaderCrash, clients: [consumer] }), 1);
  const [sought] = plan.clients.map(({ workload }) => workload.at(-1));
  expect(JSON.stringify(sought)).toMatch(/"to":\{"timeMs":5\d{3}/u);
  expect(readPlan(JSON.parse(JSON.stringify(plan)), placesIn('plan.json'))).toEqual(plan);
});

test('a family of faults that is taken away shifts no other', () => {
  const { cuts, ...others } = networkChaos.random ?? {};
  expect(cuts).toBeDefined();
  const [all, without] = [read(networkChaos), read({ ...networkChaos, random: others })];
  const isUnshifted = fc.property(fc.nat(), (seed) => {
    const rest = draw(all, seed).faults.filter(({ id }) => !id.startsWith('cuts-'));
    expect(draw(without, seed).faults).toEqual(rest);
  });
  fc.assert(isUnshifted);
});

test('at most one broker is down at a time, unless the scenario allows more', () => {
  const scenario = read(networkChaos);
  const isBearable = fc.property(fc.nat(), (seed) => {
    let freeFrom = -1;
    for (const fault of draw(scenario, seed).faults) {
      const until = downUntilMs(fault);
      if (until === undefined || fault.trigger.kind !== 'at') continue;
      expect(fault.trigger.atMs).toBeGreaterThan(freeFrom);
      freeFrom = until;
    }
  });
  fc.assert(isBearable);
});

function downUntilMs(fault: FaultPlan): number | undefined {
  if (fault.trigger.kind !== 'at') return undefined;
  const { atMs } = fault.trigger;
  if (!('node' in fault) || !fault.node.startsWith('broker-')) return undefined;
  if (fault.kind === 'disk' && fault.state === 'slow') return undefined;
  if (fault.kind === 'pause' || fault.kind === 'disk') return atMs + fault.forMs;
  if (!('restartAfterMs' in fault)) return undefined;
  return fault.restartAfterMs === null ? Number.POSITIVE_INFINITY : atMs + fault.restartAfterMs;
}

test('replicas go in turn over the brokers, and neighbours are in different racks', () => {
  const cluster = {
    brokers: 4,
    racks: ['a', 'a', 'b', 'b'],
    topics: [{ name: 'orders', partitions: 3, replicationFactor: 2 }],
  };
  const { topics } = draw(read({ ...leaderCrash, cluster, faults: [] }), 1).cluster;
  expect(topics[0]?.assignments).toEqual([
    [1, 3],
    [3, 2],
    [2, 4],
  ]);
});

test('clients that are alike are named in order, across the scenario', () => {
  const send = { op: 'send', at: '1s', topic: 'orders', count: 1, every: '1ms' };
  const producer = { kind: 'producer', workload: [send] };
  const clients = [{ ...producer, count: 2 }, { ...producer, name: 'checkout' }, producer];
  const plan = draw(read({ ...leaderCrash, clients }), 1);
  const names = plan.clients.map(({ name }) => name);
  expect(names).toEqual(['producer-1', 'producer-2', 'checkout', 'producer-3']);
});
