import { type ScenarioInput } from '../scenario.ts';
import { compactedUsers } from './situation.ts';

/** What the key of a marker is that commits: version 0, type 1. */
const commitMarker = '\u0000\u0000\u0000\u0001';

/**
 * KAFKA-14055. A transaction is committed, and a record with the key of its marker follows. When the
 * segment is clean, broker 4 takes the log over from broker 1, and it leads when the next transaction is
 * aborted.
 */
export const markerLikeAKey: ScenarioInput = {
  name: 'marker-like-a-key',
  question: 'Does a record replace a marker that has the bytes of its key?',
  cluster: {
    brokers: 4,
    config: { 'log.cleaner.backoff.ms': 1_000 },
    topics: [compactedUsers],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        { op: 'begin', at: '1s' },
        { op: 'send', at: '1100ms', topic: 'users', keys: ['ada'], count: 1, every: '1ms' },
        { op: 'commit', at: '2s' },
        { op: 'begin', at: '14s' },
        { op: 'send', at: '14100ms', topic: 'users', keys: ['tony'], count: 1, every: '1ms' },
        { op: 'abort', at: '15s' },
      ],
    },
    {
      kind: 'producer',
      workload: [
        { op: 'send', at: '3s', topic: 'users', keys: [commitMarker], count: 1, every: '1ms' },
        { op: 'send', at: '6s', topic: 'users', keys: ['alan', 'tony'], count: 4, every: '20ms' },
      ],
    },
    {
      kind: 'consumer',
      config: { 'auto.offset.reset': 'earliest', 'isolation.level': 'read_committed' },
      workload: [{ op: 'assign', at: '16s', partitions: ['users'] }],
    },
    {
      kind: 'admin',
      workload: [
        { op: 'reassign', at: '10s', partition: 'users-0', replicas: [4, 1, 2] },
        { op: 'electLeaders', at: '12s', partition: 'users-0', election: 'preferred' },
      ],
    },
  ],
  healAfter: '16s',
  runFor: '26s',
};
