import { type ScenarioInput } from '../scenario.ts';
import { compactedUsers } from './situation.ts';

const users = ['ada', 'alan', 'barbara', 'donald', 'edsger', 'grace', 'leslie', 'tony'];

/**
 * KAFKA-13727. The cleaners have room for four keys: the first segment they know to its middle only, when
 * they write it anew. Behind that lies a transaction that was aborted.
 */
export const cleanedInPart: ScenarioInput = {
  name: 'cleaned-in-part',
  question: 'Does an aborted transaction stay aborted in a segment that is cleaned to its middle?',
  cluster: {
    brokers: 3,
    config: {
      'log.cleaner.backoff.ms': 1_000,
      'log.cleaner.dedupe.buffer.size': 2_400_000,
      'log.cleaner.io.buffer.load.factor': 0.00004,
    },
    topics: [compactedUsers],
  },
  clients: [
    {
      kind: 'producer',
      workload: [
        { op: 'send', at: '1s', topic: 'users', keys: users, count: 8, every: '20ms' },
        { op: 'send', at: '6s', topic: 'users', keys: users, count: 8, every: '20ms' },
      ],
    },
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '2100ms', topic: 'users', keys: ['zuse'], count: 1, every: '1ms' },
        { op: 'abort', at: '3s' },
        { op: 'begin', at: '3500ms' },
        { op: 'send', at: '3600ms', topic: 'users', keys: ['alonzo'], count: 1, every: '1ms' },
        { op: 'commit', at: '4s' },
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
