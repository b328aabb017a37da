import { expect, test } from 'vitest';
import { type Configuration } from '../invariants/configuration.ts';
import { draw } from '../scenarios/draw.ts';
import { placesIn } from '../scenarios/problem.ts';
import { readScenario } from '../scenarios/read-scenario.ts';
import { type ScenarioInput } from '../scenarios/scenario.ts';
import { configurationOf } from './configuration-of.ts';

type FaultInput = NonNullable<ScenarioInput['faults']>[number];

function configurationWith(
  fault: FaultInput,
  consumerConfig: Readonly<Record<string, string | number>> = {},
): Configuration {
  const written: ScenarioInput = {
    name: 'meddled',
    question: 'How long may it take until all is well again?',
    cluster: { brokers: 1, topics: [{ name: 'orders', partitions: 1, replicationFactor: 1 }] },
    clients: [
      {
        kind: 'consumer',
        config: consumerConfig,
        workload: [{ op: 'assign', at: '1s', partitions: ['orders'] }],
      },
    ],
    faults: [fault],
    healAfter: '5s',
    runFor: '10s',
  };
  return configurationOf(draw(readScenario(written, placesIn('meddled')), 1));
}

function settleWithinMs(
  fault: FaultInput,
  consumerConfig: Readonly<Record<string, string | number>> = {},
): number {
  return configurationWith(fault, consumerConfig).settleWithinMs;
}

const frames = { kind: 'frames', match: { api: 'Fetch' }, at: '1s', for: '1s' } as const;
const reset = { ...frames, verdict: 'reset' } as const;
const drop = { ...frames, verdict: 'drop' } as const;

test('after a reset everything settles within a session and a few seconds', () => {
  expect(settleWithinMs(reset)).toBe(14_000);
});

test('a frame that is lost without a word is missed when its request times out', () => {
  expect(settleWithinMs(drop)).toBe(14_000 + 30_000);
  expect(settleWithinMs(drop, { 'request.timeout.ms': 40_000 })).toBe(14_000 + 40_000);
});

test('what a host without power was to answer is missed as late', () => {
  const node = 'broker-1';
  const powerLoss = settleWithinMs({ kind: 'powerLoss', node, at: '1s', restartAfter: '1s' });
  expect(powerLoss).toBe(14_000 + 30_000);
});

test('a join that is lost without a word is missed when a rebalance would be over', () => {
  const member = { 'session.timeout.ms': 10_000, 'max.poll.interval.ms': 60_000 };
  const config = { 'group.id': 'shop', ...member };
  const lost = { ...drop, match: { api: 'JoinGroup' } };
  expect(configurationWith(drop, config).groupsSettleWithinMs).toBe(10_000 + 10_000);
  expect(configurationWith(lost, config).groupsSettleWithinMs).toBe(65_000 + 10_000);
  expect(configurationWith(lost, member).groupsSettleWithinMs).toBe(10_000);
});
