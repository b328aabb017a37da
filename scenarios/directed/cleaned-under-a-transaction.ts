import { type ScenarioInput } from '../scenario.ts';
import { compactedUsers } from './situation.ts';

/**
 * A transaction changes ada, and is aborted long after the segment that holds it has been closed. What ada
 * was before is needed then.
 */
export const cleanedUnderATransaction: ScenarioInput = {
  name: 'cleaned-under-a-transaction',
  question: 'Does a cleaner wait for transactions that are not decided?',
  cluster: {
    brokers: 3,
    config: { 'log.cleaner.backoff.ms': 1_000 },
    topics: [compactedUsers],
  },
  clients: [
    {
      kind: 'producer',
      workload: [
        { op: 'send', at: '1s', topic: 'users', keys: ['ada', 'alan'], count: 2, every: '20ms' },
        { op: 'send', at: '6s', topic: 'users', keys: ['alan', 'tony'], count: 4, every: '20ms' },
      ],
    },
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '2100ms', topic: 'users', keys: ['ada'], count: 1, every: '1ms' },
        { op: 'abort', at: '12s' },
      ],
    },
    {
      kind: 'consumer',
      config: { 'auto.offset.reset': 'earliest', 'isolation.level': 'read_committed' },
      workload: [{ op: 'assign', at: '15s', partitions: ['users'] }],
    },
  ],
  healAfter: '15s',
  runFor: '25s',
};
