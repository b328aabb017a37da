import fc from 'fast-check';
import { type ScenarioInput } from 'kafka-trial';

type Fault = NonNullable<ScenarioInput['faults']>[number];
type Client = NonNullable<ScenarioInput['clients']>[number];

/** What a property is about: how its producers are set, and how much may break. */
export interface Limits {
  /** Configs that every producer has; those that are left out are drawn. */
  readonly producer?: Readonly<Record<string, string | number | boolean>>;
  readonly topic?: Readonly<Record<string, string | number | boolean>>;
  readonly switches?: ScenarioInput['switches'];
  readonly maxFaults: number;
}

const brokers = ['broker-1', 'broker-2', 'broker-3'];
const instant = milliseconds(1_000, 12_000);
const lasting = milliseconds(100, 12_000);
const server = fc.constantFrom('leader of orders-0', 'follower of orders-0', 'controller-1');

/** A cluster of three with a producer and a consumer, and whatever may go wrong. Shrinks to little. */
export function trouble({
  producer = {},
  topic = { 'min.insync.replicas': 2 },
  switches = {},
  maxFaults,
}: Limits): fc.Arbitrary<ScenarioInput> {
  return fc
    .record({
      partitions: fc.integer({ min: 1, max: 3 }),
      // Slow links shrink to fast ones.
      latency: milliseconds(1, 10),
      faults: fc.array(fault(), { maxLength: maxFaults }),
      producers: fc.array(producerWith(producer), { minLength: 1, maxLength: 2 }),
    })
    .map(({ partitions, latency, faults, producers }) => ({
      name: 'trouble',
      question: 'Whatever breaks: does Kafka keep what it promises?',
      cluster: {
        brokers: brokers.length,
        topics: [{ name: 'orders', partitions, replicationFactor: 3, config: topic }],
      },
      network: { latency: { kind: 'uniform' as const, min: '200us', max: latency } },
      clients: [...producers, consumer],
      faults,
      switches,
      healAfter: '25s',
      runFor: '60s',
    }));
}

const consumer: Client = {
  kind: 'consumer',
  config: { 'auto.offset.reset': 'earliest' },
  workload: [{ op: 'assign', at: '500ms', partitions: ['orders'] }],
};

/** Sends for at most 20 seconds. */
function producerWith(fixed: NonNullable<Limits['producer']>): fc.Arbitrary<Client> {
  const drawn = {
    acks: fc.constantFrom('all', '1', '0'),
    'linger.ms': fc.integer({ min: 0, max: 50 }),
    'batch.size': fc.constantFrom(16_384, 300),
    'max.in.flight.requests.per.connection': fc.integer({ min: 1, max: 5 }),
    'request.timeout.ms': fc.integer({ min: 1_000, max: 5_000 }),
    'delivery.timeout.ms': fc.integer({ min: 6_000, max: 30_000 }),
  };
  const sends = fc.record({
    count: fc.integer({ min: 1, max: 400 }),
    every: milliseconds(1, 50),
    keys: fc.subarray(['alice', 'bob', 'carol']),
  });
  return fc.tuple(fc.record(drawn), sends).map(([config, { count, every, keys }]) => ({
    kind: 'producer' as const,
    config: { ...config, ...fixed },
    workload: [{ op: 'send' as const, at: '1s', topic: 'orders', keys, count, every }],
  }));
}

function fault(): fc.Arbitrary<Fault> {
  return fc.oneof(
    // Killed, without power, or asked to stop.
    fc.record({
      kind: fc.constantFrom('crash', 'powerLoss', 'stop'),
      node: server,
      at: instant,
      restartAfter: lasting,
    }),
    fc.record({ kind: fc.constant('pause'), node: server, at: instant, for: lasting }),
    // A broker cut off from the others; one way, it still hears them.
    fc
      .record({
        from: fc.constantFrom(...brokers),
        oneWay: fc.boolean(),
        at: instant,
        for: lasting,
      })
      .map(({ from, ...cut }) => {
        const others = brokers.filter((broker) => broker !== from);
        return { kind: 'cut' as const, from: [from], to: [...others, 'controller-1'], ...cut };
      }),
    // Requests lost, acknowledgements lost, connections broken.
    fc.record({
      kind: fc.constant('frames'),
      match: fc.record({
        api: fc.constantFrom('Produce', 'Fetch', 'Metadata', 'AlterPartition', 'InitProducerId'),
        direction: fc.constantFrom('request', 'response'),
      }),
      verdict: fc.constantFrom('drop', 'reset'),
      count: fc.integer({ min: 1, max: 5 }),
      at: instant,
      for: lasting,
    }),
  );
}

function milliseconds(min: number, max: number): fc.Arbitrary<`${number}ms`> {
  return fc.integer({ min, max }).map((ms): `${number}ms` => `${ms}ms`);
}
