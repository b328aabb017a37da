import { type ScenarioInput } from './scenario.ts';

const cluster: ScenarioInput['cluster'] = {
  brokers: 3,
  topics: ['orders', 'payments'].map((name) => ({
    name,
    partitions: 2,
    replicationFactor: 3,
    config: { 'min.insync.replicas': 2 },
  })),
};

const readers: NonNullable<ScenarioInput['clients']> = [
  {
    kind: 'consumer',
    name: 'committed',
    config: { 'auto.offset.reset': 'earliest', 'isolation.level': 'read_committed' },
    workload: [{ op: 'assign', at: '1s', partitions: ['orders', 'payments'] }],
  },
  {
    kind: 'consumer',
    name: 'uncommitted',
    config: { 'auto.offset.reset': 'earliest' },
    workload: [{ op: 'assign', at: '1s', partitions: ['orders', 'payments'] }],
  },
];

/** Transactions over two topics; every third is aborted. */
export const abortedTransactions: ScenarioInput = {
  name: 'aborted-transactions',
  question: 'Who reads what an aborted transaction has written?',
  cluster,
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        {
          op: 'transact',
          at: '1s',
          topics: ['orders', 'payments'],
          records: 4,
          count: 60,
          every: '100ms',
          abortEvery: 3,
        },
      ],
    },
    ...readers,
  ],
  healAfter: '10s',
  runFor: '25s',
};

/** A producer is paused in its transaction; another takes its transactional id, and then it wakes up. */
export const zombieProducer: ScenarioInput = {
  name: 'zombie-producer',
  question: 'Can a producer that was believed dead still write when it comes back?',
  cluster,
  clients: [
    {
      kind: 'producer',
      name: 'zombie',
      config: { 'transactional.id': 'checkout' },
      workload: [
        {
          op: 'transact',
          at: '1s',
          topics: ['orders', 'payments'],
          records: 4,
          count: 200,
          every: '50ms',
        },
      ],
    },
    {
      kind: 'producer',
      name: 'heir',
      config: { 'transactional.id': 'checkout' },
      workload: [
        {
          op: 'transact',
          at: '6s',
          topics: ['orders', 'payments'],
          records: 4,
          count: 100,
          every: '50ms',
        },
      ],
    },
    ...readers,
  ],
  faults: [
    {
      kind: 'pause',
      node: 'zombie',
      on: { fact: 'sendAcked', node: 'zombie', nth: { between: [40, 160] } },
      for: '8s',
    },
  ],
  healAfter: '15s',
  runFor: '90s',
};
