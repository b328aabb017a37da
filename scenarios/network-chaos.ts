import { type ScenarioInput } from './scenario.ts';

/**
 * Every fault at random, against the settings that Kafka's strongest promises need. Only bit rot is
 * left out: nothing is promised to who has to read it, and it does not end with the heal.
 */
export const networkChaos: ScenarioInput = {
  name: 'network-chaos',
  question: 'Do the safe settings keep every promise, whatever breaks, one broker at a time?',
  cluster: {
    brokers: 3,
    // A frame that is lost without a word is missed while the run goes on.
    config: { 'request.timeout.ms': 5_000, 'controller.socket.timeout.ms': 5_000 },
    topics: [
      {
        name: 'orders',
        partitions: 2,
        replicationFactor: 3,
        config: { 'min.insync.replicas': 2 },
      },
    ],
  },
  clients: [
    {
      kind: 'producer',
      count: 2,
      config: { acks: 'all', 'enable.idempotence': true, 'request.timeout.ms': 5_000 },
      workload: [
        {
          op: 'send',
          at: '1s',
          topic: 'orders',
          keys: ['alice', 'bob', 'carol', 'dave'],
          count: 500,
          every: '50ms',
        },
      ],
    },
    {
      kind: 'consumer',
      config: { 'auto.offset.reset': 'earliest', 'request.timeout.ms': 5_000 },
      workload: [{ op: 'assign', at: '1s', partitions: ['orders'] }],
    },
  ],
  random: {
    crashes: { perMinute: 2 },
    powerLosses: { perMinute: 2 },
    stops: { perMinute: 1 },
    wipes: { perMinute: 1 },
    pauses: { perMinute: 2, lasts: { between: ['500ms', '15s'] } },
    clientCrashes: { perMinute: 1 },
    clientStops: { perMinute: 1 },
    clientPauses: { perMinute: 2 },
    cuts: { perMinute: 2 },
    oneWayCuts: { perMinute: 2 },
    clientCuts: { perMinute: 2 },
    slowLinks: { perMinute: 2 },
    narrowLinks: { perMinute: 2 },
    lostRequests: { perMinute: 6 },
    lostResponses: { perMinute: 6 },
    resets: { perMinute: 6 },
    delays: { perMinute: 6 },
    duplicates: { perMinute: 6 },
    clocks: { perMinute: 1 },
    drifts: { perMinute: 1 },
    disks: { perMinute: 1 },
    slowDisks: { perMinute: 1 },
  },
  healAfter: '30s',
  runFor: '60s',
  expect: {
    reaches: [
      'ack-lost',
      'retry-deduplicated',
      'ack-refused-after-append',
      'election',
      'lossy-crash-of-leader',
    ],
  },
};
