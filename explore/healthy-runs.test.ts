import { expect, test } from 'vitest';
import { catalogue } from '../invariants/catalogue.ts';
import { draw } from '../scenarios/draw.ts';
import { placesIn } from '../scenarios/problem.ts';
import { readScenario } from '../scenarios/read-scenario.ts';
import { type ScenarioInput } from '../scenarios/scenario.ts';
import { shippedScenarios } from '../scenarios/shipped.ts';
import { runPlan } from './run.ts';

/** What no shipped scenario does: records are deleted, and a send waits for the heal. */
const goesOn: ScenarioInput = {
  name: 'goes-on',
  question: 'Does work go on when the faults are over?',
  cluster: { brokers: 3, topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }] },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 100, every: '20ms' }],
    },
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 1, every: '1s' }],
    },
    {
      kind: 'admin',
      workload: [{ op: 'deleteRecords', at: '4s', partition: 'orders-0', beforeOffset: 50 }],
    },
  ],
  faults: [
    {
      kind: 'cut',
      from: ['producer-2'],
      to: ['broker-1', 'broker-2', 'broker-3'],
      at: '100ms',
      for: '10s',
    },
  ],
  healAfter: '5s',
  runFor: '30s',
};
const enough = ['healthy', 'leader-crash', 'one-way-partition', 'client-cut-off', 'compaction'];

test('every invariant is put to the test by a healthy Kafka, and holds', () => {
  const scenarios = [
    ...shippedScenarios.filter(({ name }) => enough.includes(name)),
    readScenario(goesOn, placesIn(goesOn.name)),
  ];
  const judgements = scenarios.flatMap((scenario) => runPlan(draw(scenario, 1)).judgements);
  expect(judgements.filter(({ outcome }) => outcome === 'violated')).toEqual([]);
  const held = new Set(
    judgements.filter(({ outcome }) => outcome === 'held').map(({ invariant }) => invariant.id),
  );
  expect(catalogue.map(({ id }) => id).filter((id) => !held.has(id))).toEqual([]);
});
