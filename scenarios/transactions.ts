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

type ClientInput = NonNullable<ScenarioInput['clients']>[number];

function reader(isolationLevel: 'read_committed' | 'read_uncommitted'): ClientInput {
  return {
    kind: 'consumer',
    config: { 'auto.offset.reset': 'earliest', 'isolation.level': isolationLevel },
    workload: [{ op: 'assign', at: '1s', partitions: ['orders', 'payments'] }],
  };
}

/** Transactions over two topics; every third is aborted. */
function abortedTransactions(
  name: string,
  isolationLevel: 'read_committed' | 'read_uncommitted',
  expect: NonNullable<ScenarioInput['expect']>,
): ScenarioInput {
  return {
    name,
    question: `Who sees what an aborted transaction has written, with ${isolationLevel}?`,
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
      reader(isolationLevel),
    ],
    healAfter: '10s',
    runFor: '25s',
    expect,
  };
}

export const abortedReadCommitted = abortedTransactions(
  'aborted-read-committed',
  'read_committed',
  { holds: ['C6', 'C12', 'T4', 'T5', 'T6', 'T7'] },
);

export const abortedReadUncommitted = abortedTransactions(
  'aborted-read-uncommitted',
  'read_uncommitted',
  { holds: ['C12', 'T4', 'T5', 'T6'], breaks: ['C6'] },
);

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
    reader('read_committed'),
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
  expect: { holds: ['C12', 'T8'], reaches: ['producer-fenced'] },
};
