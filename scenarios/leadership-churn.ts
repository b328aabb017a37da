import { type ScenarioInput } from './scenario.ts';

/** Every 300 ms, so that some question falls between an election and what the new leader catches up. */
const questions = Array.from({ length: 190 }, (_, index) => ({
  op: 'endOffsets' as const,
  at: `${1_500 + 300 * index}ms` as const,
  partitions: ['orders'],
}));

/** Every 3 s, so that leaders come back while others still follow their successors. */
const preferredElections = Array.from({ length: 18 }, (_, index) =>
  ['orders-0', 'orders-1'].map((partition) => ({
    op: 'electLeaders' as const,
    at: `${4_000 + 3_000 * index}ms` as const,
    election: 'preferred' as const,
    partition,
  })),
).flat();

/** Elections in quick succession between far brokers: where logs diverge and have to be truncated. */
export const leadershipChurn: ScenarioInput = {
  name: 'leadership-churn',
  question:
    'Do the replicas stay equal when leaders change every few seconds, far from each other?',
  cluster: {
    brokers: 3,
    config: {
      'broker.session.timeout.ms': 3_000,
      'broker.heartbeat.interval.ms': 500,
      'replica.lag.time.max.ms': 1_500,
      'request.timeout.ms': 3_000,
      'controller.socket.timeout.ms': 3_000,
    },
    topics: [
      {
        name: 'orders',
        partitions: 2,
        replicationFactor: 3,
        config: { 'min.insync.replicas': 2 },
      },
    ],
  },
  network: { latency: { kind: 'uniform', min: '20ms', max: '80ms' } },
  clients: [
    {
      kind: 'producer',
      count: 2,
      config: {
        acks: 'all',
        'enable.idempotence': true,
        'request.timeout.ms': 3_000,
        'delivery.timeout.ms': 20_000,
      },
      workload: [
        {
          op: 'send',
          at: '1s',
          topic: 'orders',
          keys: ['alice', 'bob', 'carol'],
          count: 300,
          every: '180ms',
        },
      ],
    },
    {
      kind: 'consumer',
      config: {
        'auto.offset.reset': 'earliest',
        'request.timeout.ms': 3_000,
        'metadata.max.age.ms': 2_000,
      },
      workload: [{ op: 'assign', at: '1s', partitions: ['orders'] }, ...questions],
    },
    { kind: 'admin', workload: preferredElections },
  ],
  random: {
    recovery: '2s',
    crashes: { perMinute: 6 },
    stops: { perMinute: 6 },
    pauses: { perMinute: 12, lasts: { between: ['200ms', '6s'] } },
    cuts: { perMinute: 10 },
    oneWayCuts: { perMinute: 10 },
    clientCuts: { perMinute: 4 },
    slowLinks: { perMinute: 10 },
    lostRequests: { perMinute: 10 },
    lostResponses: { perMinute: 10 },
    resets: { perMinute: 10 },
    delays: { perMinute: 20 },
    clocks: { perMinute: 2 },
  },
  healAfter: '60s',
  runFor: '90s',
  expect: {
    reaches: ['election', 'isr-shrink', 'isr-expand', 'retry-at-new-leader'],
  },
};
