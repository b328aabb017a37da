import { describe, expect, test } from 'vitest';
import { type ClientPlan, type Plan } from '../plan.ts';
import { simulate } from '../simulate.ts';
import { BusyTurns } from './busy-turns.ts';

describe('turns of a thread', () => {
  test('take no time, until there are many in a row', () => {
    const turns = new BusyTurns();
    const paced = Array.from({ length: 102 }, () => turns.pace(0, 5));
    expect(paced.slice(0, 100).every((ms) => ms === 0)).toBe(true);
    expect(paced.slice(100)).toEqual([1, 1]);
  });

  test('of a busy thread take time for as long as none of them waits', () => {
    const turns = new BusyTurns();
    for (let turn = 0; turn < 100; turn += 1) turns.pace(0, 0);
    expect(turns.pace(0, 0)).toBe(1);
    expect(turns.pace(0, 1_000)).toBe(1);
    expect(turns.pace(7, 2_000)).toBe(7);
    expect(turns.pace(0, 9_000)).toBe(0);
  });

  test('come to an end with settings that let clients never wait', () => {
    const clients = [
      producer({ 'reconnect.backoff.ms': '0' }),
      consumer('classic', { 'auto.commit.interval.ms': '0' }),
      consumer('classic', { 'retry.backoff.ms': '0', 'auto.offset.reset': 'earliest' }, 100),
      consumer('consumer', { 'reconnect.backoff.ms': '0', 'auto.commit.interval.ms': '0' }),
    ];
    expect(simulate(plan(clients), { isTracing: false }).endedAtUs).toBe(2_000_000);
  });
});

function producer(config: Readonly<Record<string, string>>): ClientPlan {
  const send = {
    op: 'send',
    topic: 'orders',
    keys: [],
    count: 10,
    everyMs: 10,
    valueBytes: 100,
    tombstoneEvery: 0,
  } as const;
  return { kind: 'producer', name: 'producer-1', config, workload: [{ atMs: 1_000, ...send }] };
}

function consumer(
  protocol: string,
  config: Readonly<Record<string, string>>,
  processingMs = 0,
): ClientPlan {
  return {
    kind: 'consumer',
    name: `consumer-${protocol}-${processingMs}`,
    config: { 'group.id': `${protocol}-${processingMs}`, 'group.protocol': protocol, ...config },
    model: 'auto-commit',
    processingMs,
    output: null,
    workload: [{ op: 'subscribe', atMs: 1_000, topics: ['orders'] }],
  };
}

function plan(clients: readonly ClientPlan[]): Plan {
  return {
    format: 1,
    scenario: 'test',
    seed: '1',
    kafka: 'released',
    switches: {},
    cluster: {
      brokers: 1,
      racks: [],
      brokerConfig: { 'offsets.topic.replication.factor': '1' },
      features: {},
      topics: [{ name: 'orders', assignments: [[1]], config: {} }],
    },
    network: { latency: { kind: 'constant', us: 500 } },
    clients,
    faults: [],
    healAtMs: 2_000,
    endAtMs: 2_000,
  };
}
