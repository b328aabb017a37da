import { type ScenarioInput } from './scenario.ts';

/** What a pipeline with transactions says, and the brokers among themselves. */
const apis = [
  'Produce',
  'Fetch',
  'FindCoordinator',
  'InitProducerId',
  'AddPartitionsToTxn',
  'TxnOffsetCommit',
  'EndTxn',
  'WriteTxnMarkers',
  'JoinGroup',
  'SyncGroup',
  'Heartbeat',
  'OffsetFetch',
  'AlterPartition',
];

/** A pipeline that consumes, works, and produces in transactions, with everything broken at random. */
export const exactlyOnce: ScenarioInput = {
  name: 'exactly-once',
  question: 'Is every record consumed and answered exactly once, whatever breaks?',
  cluster: {
    brokers: 3,
    config: {
      'request.timeout.ms': 5_000,
      'controller.socket.timeout.ms': 5_000,
      // Also for offsets: a group whose offsets go back does its work twice.
      'min.insync.replicas': 2,
      'offsets.topic.num.partitions': 1,
      'transaction.state.log.num.partitions': 1,
    },
    topics: [
      {
        name: 'orders',
        partitions: 2,
        replicationFactor: 3,
        config: { 'min.insync.replicas': 2 },
      },
      {
        name: 'invoices',
        partitions: 2,
        replicationFactor: 3,
        config: { 'min.insync.replicas': 2 },
      },
    ],
  },
  clients: [
    {
      kind: 'producer',
      config: { acks: 'all', 'enable.idempotence': true, 'request.timeout.ms': 5_000 },
      workload: [
        {
          op: 'send',
          at: '1s',
          topic: 'orders',
          keys: ['alice', 'bob', 'carol', 'dave'],
          count: 300,
          every: '80ms',
        },
      ],
    },
    {
      kind: 'consumer',
      count: 2,
      name: 'biller',
      config: {
        'group.id': 'billing',
        'auto.offset.reset': 'earliest',
        'enable.auto.commit': false,
        'isolation.level': 'read_committed',
        'request.timeout.ms': 5_000,
        'session.timeout.ms': 10_000,
        'max.poll.interval.ms': 40_000,
        'max.poll.records': 10,
      },
      model: 'exactly-once',
      processing: '20ms',
      output: {
        config: {
          'transactional.id': '{name}',
          'request.timeout.ms': 5_000,
          'transaction.timeout.ms': 10_000,
        },
        topics: ['invoices'],
      },
      workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
    },
    {
      kind: 'consumer',
      name: 'auditor',
      config: {
        'auto.offset.reset': 'earliest',
        'isolation.level': 'read_committed',
        'request.timeout.ms': 5_000,
      },
      workload: [{ op: 'assign', at: '1s', partitions: ['invoices'] }],
    },
  ],
  random: {
    crashes: { perMinute: 2 },
    powerLosses: { perMinute: 1 },
    stops: { perMinute: 1 },
    pauses: { perMinute: 2, lasts: { between: ['500ms', '15s'] } },
    clientCrashes: { perMinute: 2, nodes: ['biller-1', 'biller-2'] },
    clientPauses: {
      perMinute: 2,
      nodes: ['biller-1', 'biller-2'],
      lasts: { between: ['500ms', '20s'] },
    },
    cuts: { perMinute: 2 },
    oneWayCuts: { perMinute: 2 },
    clientCuts: { perMinute: 2 },
    slowLinks: { perMinute: 2 },
    lostRequests: { perMinute: 8, apis },
    lostResponses: { perMinute: 8, apis },
    resets: { perMinute: 8, apis },
    delays: { perMinute: 8, apis },
    clocks: { perMinute: 1 },
    disks: { perMinute: 1 },
  },
  healAfter: '30s',
  runFor: '120s',
  expect: {
    holds: ['C2', 'C3', 'C6', 'C11', 'C12', 'C13'],
    reaches: ['ack-lost', 'retry-deduplicated', 'rebalance'],
  },
};
