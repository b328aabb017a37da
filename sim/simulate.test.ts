import { describe, expect, test } from 'vitest';
import { type ClientPlan, type FaultPlan, type Plan } from './plan.ts';
import { milliseconds } from './kernel/time.ts';
import { simulate } from './simulate.ts';
import { type Fact } from './trace.ts';

/** A record each 500 ms. */
const trickle: ClientPlan = {
  kind: 'producer',
  name: 'producer-1',
  config: {},
  workload: [
    {
      op: 'send',
      atMs: 1_000,
      topic: 'orders',
      keys: [],
      count: 150,
      everyMs: 500,
      valueBytes: 100,
      tombstoneEvery: 0,
    },
  ],
};

/** Three brokers and one partition on all of them. */
function plan(
  seed: string,
  faults: readonly FaultPlan[] = [],
  clients: readonly ClientPlan[] = [],
): Plan {
  return {
    format: 1,
    scenario: 'test',
    seed,
    kafka: 'released',
    switches: {},
    cluster: {
      brokers: 3,
      racks: [],
      brokerConfig: {},
      features: {},
      topics: [
        { name: 'orders', assignments: [[1, 2, 3]], config: { 'min.insync.replicas': '2' } },
      ],
    },
    network: { latency: { kind: 'uniform', minUs: 500, maxUs: 5_000 } },
    clients,
    faults,
    healAtMs: 60_000,
    endAtMs: 120_000,
  };
}

function factsOf(run: Plan): readonly Fact[] {
  const facts: Fact[] = [];
  simulate(run, { isTracing: false, onFact: (fact) => facts.push(fact) });
  return facts;
}

function lastPartition(
  facts: readonly Fact[],
): Extract<Fact, { kind: 'partitionChanged' }> | undefined {
  return facts.filter((fact) => fact.kind === 'partitionChanged').at(-1);
}

describe('a simulated cluster', () => {
  test('creates its topics, and every replica takes its role', () => {
    const facts = factsOf(plan('1'));
    expect(lastPartition(facts)).toMatchObject({ leader: 1, isr: [1, 2, 3], leaderEpoch: 0 });
    expect(facts.filter(({ kind }) => kind === 'leaderStarted')).toHaveLength(1);
    expect(facts.filter(({ kind }) => kind === 'followerStarted')).toHaveLength(2);
  });

  test('elects another leader from the ISR when the leader crashes, and takes it back into the ISR', () => {
    const crash: FaultPlan = {
      id: 'f1',
      trigger: { kind: 'at', atMs: 30_000 },
      kind: 'crash',
      node: 'leader of orders-0',
      restartAfterMs: null,
    };
    const facts = factsOf(plan('1', [crash]));
    const leaders = facts.filter(({ kind }) => kind === 'leaderStarted');
    expect(leaders[1]).toMatchObject({ broker: 2, leaderEpoch: 1, isr: [2, 3] });
    expect(lastPartition(facts)?.isr).toEqual([1, 2, 3]);
  });

  test.each([
    ['broker-1', 'full', 'its only log directory has failed'],
    ['controller-1', 'failed', 'its metadata log cannot be written'],
  ] as const)(
    '%s halts when its disk is %s, and starts again in no good order',
    (node, state, failure) => {
      const trigger = { kind: 'at', atMs: 30_000 } as const;
      const broken: FaultPlan = { id: 'f1', trigger, kind: 'disk', node, state, forMs: 20_000 };
      const halts: Fact[] = [];
      const starts: Fact[] = [];
      simulate(plan('1', [broken], [trickle]), {
        isTracing: false,
        onFact: (fact, at, teller) => {
          if (at < milliseconds(30_000) || teller !== node) return;
          if (fact.kind === 'nodeStopped' || fact.kind === 'nodeCrashed') halts.push(fact);
          if (fact.kind === 'logLoaded') starts.push(fact);
        },
      });
      expect(halts).toEqual([{ kind: 'nodeCrashed', powerLost: false, entriesLost: 0, failure }]);
      for (const start of starts) expect(start).toMatchObject({ wasClean: false });
    },
  );

  test('a broker does not start while its disk fails', () => {
    const at = (atMs: number) => ({ kind: 'at', atMs }) as const;
    const node = 'broker-1';
    const faults: readonly FaultPlan[] = [
      { id: 'f1', trigger: at(30_000), kind: 'crash', node, restartAfterMs: 2_000 },
      { id: 'f2', trigger: at(31_000), kind: 'disk', node, state: 'failed', forMs: 20_000 },
    ];
    const facts = factsOf(plan('1', faults));
    const halts = facts.filter((fact) => fact.kind === 'nodeCrashed' && fact.failure !== undefined);
    expect(halts).toMatchObject([{ failure: 'its only log directory cannot be read' }]);
    expect(lastPartition(facts)?.isr).toEqual([1, 2, 3]);
  });

  test('is the same run for the same seed, traced or not, and another for another seed', () => {
    const { fingerprint } = simulate(plan('7'), { isTracing: false });
    expect(simulate(plan('7'), { isTracing: true }).fingerprint).toBe(fingerprint);
    expect(simulate(plan('8'), { isTracing: false }).fingerprint).not.toBe(fingerprint);
  });
});
