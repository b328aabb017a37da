import { type ScenarioInput } from './scenario.ts';

/**
 * Users change again and again while brokers crash, lose their page cache, and clean their logs so
 * slowly that a cleaning may be cut off in the middle. A second consumer begins when all is over.
 */
export const compaction: ScenarioInput = {
  name: 'compaction',
  question: 'Does a reader from the start of a compacted topic find the last record of every key?',
  cluster: {
    brokers: 3,
    config: { 'log.cleaner.backoff.ms': 1_000, 'log.cleaner.io.max.bytes.per.second': 20_000 },
    topics: [
      {
        name: 'users',
        assignments: [[1, 2, 3]],
        config: {
          'cleanup.policy': 'compact',
          'min.insync.replicas': 2,
          'min.cleanable.dirty.ratio': 0.1,
          'segment.ms': 2_000,
        },
      },
    ],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'linger.ms': 20 },
      workload: [
        {
          op: 'send',
          at: '1s',
          topic: 'users',
          keys: ['ada', 'alan', 'barbara', 'donald', 'edsger', 'grace', 'leslie', 'tony'],
          count: 1_200,
          every: '20ms',
          tombstoneEvery: 9,
        },
      ],
    },
    {
      kind: 'consumer',
      name: 'early',
      config: { 'auto.offset.reset': 'earliest' },
      workload: [{ op: 'assign', at: '500ms', partitions: ['users'] }],
    },
    {
      kind: 'consumer',
      name: 'late',
      config: { 'auto.offset.reset': 'earliest' },
      workload: [{ op: 'assign', at: '35s', partitions: ['users'] }],
    },
  ],
  faults: [
    {
      kind: 'crash',
      node: 'leader of users-0',
      at: { between: ['4s', '12s'] },
      restartAfter: { between: ['500ms', '12s'] },
    },
    {
      kind: 'powerLoss',
      node: 'broker-3',
      at: { between: ['13s', '25s'] },
      restartAfter: { between: ['500ms', '5s'] },
    },
  ],
  healAfter: '35s',
  runFor: '60s',
  expect: { holds: ['C3', 'C10', 'R19'] },
};
