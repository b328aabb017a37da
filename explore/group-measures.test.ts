import { describe, expect, test } from 'vitest';
import { draw } from '../scenarios/draw.ts';
import { readScenario } from '../scenarios/read-scenario.ts';
import { type ScenarioInput } from '../scenarios/scenario.ts';
import { type GroupPartitionMeasure } from './group-measures.ts';
import { type Run, runPlan } from './run.ts';

type Client = NonNullable<ScenarioInput['clients']>[number];
type Consumer = Extract<Client, { kind: 'consumer' }>;

interface Parts {
  readonly consumers?: number;
  readonly config?: NonNullable<Consumer['config']>;
  readonly workload?: Consumer['workload'];
  readonly processing?: Consumer['processing'];
  readonly faults?: ScenarioInput['faults'];
  readonly others?: readonly Client[];
}

const subscribe = { op: 'subscribe' as const, at: '1s' as const, topics: ['orders'] };
const shop = { 'group.id': 'shop', 'auto.offset.reset': 'earliest' };
const orders = [{ name: 'orders', partitions: 4, replicationFactor: 3 }];

/** Consumers of a group while a record is sent every 40 ms until 50 s. */
function run(parts: Parts): Run {
  const { consumers = 2, config = {}, processing = '2ms', others = [] } = parts;
  const written: ScenarioInput = {
    name: 'measured',
    question: 'How long does nobody read?',
    cluster: { brokers: 3, topics: orders },
    clients: [
      {
        kind: 'producer',
        workload: [
          {
            op: 'send',
            at: '1s',
            topic: 'orders',
            keys: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
            count: 1_225,
            every: '40ms',
          },
        ],
      },
      {
        kind: 'consumer',
        count: consumers,
        config: { ...shop, ...config },
        processing,
        workload: parts.workload ?? [subscribe],
      },
      ...others,
    ],
    faults: parts.faults ?? [],
    healAfter: '75s',
    runFor: '80s',
  };
  return runPlan(draw(readScenario(written), 1));
}

/** The partitions whose longest pause is at least so long, with that pause in seconds. */
function pausedFor(seconds: number, { groups }: Run): readonly number[] {
  const pauses = groups.map(({ longestPauseMs }) => longestPauseMs / 1_000);
  return pauses.filter((pause) => pause >= seconds);
}

function causes({ groups }: Run): ReadonlySet<string> {
  const all = groups.flatMap(({ standstills }: GroupPartitionMeasure) => standstills);
  return new Set(all.filter(({ pausedMs }) => pausedMs > 500).map(({ why }) => why));
}

const untilFull = { at: '10s', for: '60s' } as const;

describe('a partition stands still', () => {
  test('from the moment when its owner is frozen, until another one reads it', () => {
    const frozen = run({ faults: [{ kind: 'pause', node: 'consumer-1', ...untilFull }] });
    const pauses = pausedFor(1, frozen);
    expect(pauses).toHaveLength(2);
    expect(Math.min(...pauses)).toBeGreaterThan(40);
    expect(causes(frozen)).toContain('frozen');
  });

  test('so with the new protocol, too', () => {
    const frozen = run({
      config: { 'group.protocol': 'consumer' },
      faults: [{ kind: 'pause', node: 'consumer-1', ...untilFull }],
    });
    expect(Math.max(...pausedFor(1, frozen))).toBeGreaterThan(40);
  });

  test('while its only consumer is cut off', () => {
    const cut = run({
      consumers: 1,
      faults: [
        {
          kind: 'cut',
          from: ['consumer-1'],
          to: ['broker-1', 'broker-2', 'broker-3'],
          at: '10s',
          for: '13s',
        },
      ],
    });
    const pauses = pausedFor(1, cut);
    expect(pauses).toHaveLength(4);
    expect(Math.min(...pauses)).toBeGreaterThan(12.5);
    expect(Math.max(...pauses)).toBeLessThan(20);
    expect(causes(cut)).toEqual(new Set(['silent']));
  });

  test('from the leave of the last member to the end of the run', () => {
    const left = run({ consumers: 1, workload: [subscribe, { op: 'close', at: '15s' }] });
    const pauses = pausedFor(1, left);
    expect(pauses).toHaveLength(4);
    expect(Math.min(...pauses)).toBeGreaterThan(64);
    expect(causes(left)).toEqual(new Set(['left']));
  });

  test('not while its owner works long on what it has polled, of whatever partition', () => {
    const slow = run({ consumers: 1, processing: '3s', config: { 'max.poll.records': 20 } });
    expect(pausedFor(0.5, slow)).toEqual([]);
  });

  test('not while there is nothing to read', () => {
    const late = run({ workload: [subscribe, { op: 'close', at: '70s' }] });
    expect(late.groups.map(({ pausedMs }) => pausedMs)).toEqual([0, 0, 0, 0]);
    expect(late.groups.every(({ standstills }) => standstills.length > 0)).toBe(true);
  });

  test('at no time if its consumer is no member', () => {
    const assigned = run({
      consumers: 1,
      config: { 'group.id': 'other' },
      workload: [{ op: 'assign', at: '1s', partitions: ['orders'] }],
    });
    expect(assigned.rebalances).toEqual([]);
    expect(assigned.groups.map(({ pausedMs }) => pausedMs)).toEqual([0, 0, 0, 0]);
  });
});

const assignors = {
  eager: 'org.apache.kafka.clients.consumer.RangeAssignor',
  cooperative: 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
};

/** A third consumer joins a group of two at 15 s. */
function joined(protocol: keyof typeof assignors | 'consumer'): Run {
  const config =
    protocol === 'consumer'
      ? { 'group.protocol': 'consumer' }
      : { 'partition.assignment.strategy': assignors[protocol] };
  const third: Client = {
    kind: 'consumer',
    config: { ...shop, ...config },
    workload: [{ ...subscribe, at: '15s' }],
  };
  return run({ config, others: [third] });
}

describe('a rebalance', () => {
  test('that is eager stops all partitions when a member joins', () => {
    const [, second] = joined('eager').rebalances;
    expect(second).toMatchObject({
      groupId: 'shop',
      generation: 2,
      protocol: 'classic',
      assignor: 'range',
      joined: ['consumer-3'],
      gone: [],
      stopped: 4,
    });
    expect(second?.beganAtMs).toBeGreaterThan(15_000);
    expect(second?.longestStopMs).toBeGreaterThan(0);
    expect(second?.stoppedMs).toBeGreaterThan(second?.longestStopMs ?? 0);
  });

  test('that is cooperative stops what moves, and another one gives that out', () => {
    const [, second, third] = joined('cooperative').rebalances;
    expect(second).toMatchObject({ joined: ['consumer-3'], stopped: 1, followsUp: false });
    expect(third).toMatchObject({ joined: [], stopped: 0, followsUp: true });
  });

  test('of the new protocol stops what moves', () => {
    const rebalance = joined('consumer').rebalances.find(({ joined: members }) =>
      members.includes('consumer-3'),
    );
    expect(rebalance).toMatchObject({ protocol: 'consumer', assignor: 'uniform', stopped: 1 });
  });

  test('names who has left, and the partitions that are new', () => {
    const left = run({
      consumers: 1,
      config: { 'metadata.max.age.ms': 5_000 },
      others: [
        { kind: 'consumer', config: shop, workload: [subscribe, { op: 'close', at: '20s' }] },
        {
          kind: 'admin',
          workload: [{ op: 'createPartitions', at: '40s', topic: 'orders', total: 5 }],
        },
      ],
    });
    expect(left.rebalances.map(({ gone, addedPartitions }) => ({ gone, addedPartitions }))).toEqual(
      [
        { gone: [], addedPartitions: [] },
        { gone: [{ member: 'consumer-2', why: 'left' }], addedPartitions: [] },
        { gone: [], addedPartitions: ['orders-4'] },
      ],
    );
  });
});

describe('the lag of a group that has committed nothing', () => {
  test('counts from where the reading began', () => {
    const { groups } = run({
      consumers: 1,
      config: { 'enable.auto.commit': false, 'auto.offset.reset': 'latest' },
      workload: [{ ...subscribe, at: '49s' }],
    });
    expect(Math.max(...groups.map(({ lagAtEnd }) => lagAtEnd))).toBeLessThan(100);
  });
});
