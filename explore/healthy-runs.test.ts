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
/** Records of a transaction that is aborted have been appended. */
const takesBack: ScenarioInput = {
  name: 'takes-back',
  question: 'Is what was aborted left out?',
  cluster: { brokers: 3, topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }] },
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        { op: 'begin', at: '1s' },
        { op: 'send', at: '2s', topic: 'orders', count: 3, every: '10ms' },
        { op: 'flush', at: '3s' },
        { op: 'abort', at: '4s' },
      ],
    },
    {
      kind: 'consumer',
      config: { 'auto.offset.reset': 'earliest', 'isolation.level': 'read_committed' },
      workload: [{ op: 'assign', at: '1s', partitions: ['orders'] }],
    },
  ],
  healAfter: '5s',
  runFor: '30s',
};
/** A member of an exactly-once pipeline takes over what another one has committed. */
const takesOver: ScenarioInput = {
  name: 'takes-over',
  question: 'Does the new member begin where the old one has ended?',
  cluster: {
    brokers: 3,
    topics: ['orders', 'bills'].map((name) => ({ name, partitions: 2, replicationFactor: 3 })),
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 100, every: '100ms' }],
    },
    ...(['1s', '8s'] as const).map((at, index) => ({
      kind: 'consumer' as const,
      name: `biller-${index}`,
      config: {
        'group.id': 'billing',
        'auto.offset.reset': 'earliest',
        'enable.auto.commit': false,
        'isolation.level': 'read_committed',
      },
      model: 'exactly-once' as const,
      output: { config: { 'transactional.id': `biller-${index}` }, topics: ['bills'] },
      workload: [{ op: 'subscribe' as const, at, topics: ['orders'] }],
    })),
  ],
  healAfter: '15s',
  // Longer than a member that has died keeps its partitions.
  runFor: '90s',
};
const enough = [
  'healthy',
  'leader-crash',
  'one-way-partition',
  'client-cut-off',
  'compaction',
  'exactly-once',
  'rebalance-consumer-protocol',
  'static-restart',
];

test('every invariant is put to the test by a healthy Kafka, and holds', () => {
  const scenarios = [
    ...shippedScenarios.filter(({ name }) => enough.includes(name)),
    readScenario(goesOn, placesIn(goesOn.name)),
    readScenario(takesBack, placesIn(takesBack.name)),
    readScenario(takesOver, placesIn(takesOver.name)),
  ];
  const judgements = scenarios.flatMap((scenario) => runPlan(draw(scenario, 1)).judgements);
  expect(judgements.filter(({ outcome }) => outcome === 'violated')).toEqual([]);
  const held = new Set(
    judgements.filter(({ outcome }) => outcome === 'held').map(({ invariant }) => invariant.id),
  );
  expect(catalogue.map(({ id }) => id).filter((id) => !held.has(id))).toEqual([]);
});
