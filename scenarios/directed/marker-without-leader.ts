import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders, readCommitted } from './situation.ts';

/**
 * KAFKA-20734. While a transaction is open, the only replica of a partition is down; it is committed
 * meanwhile, and the broker comes back.
 */
export const markerWithoutLeader: ScenarioInput = {
  name: 'marker-without-leader',
  question: 'Does a partition without a leader get its marker when it has one again?',
  cluster: {
    brokers: 3,
    config: impatient,
    topics: [{ ...orders, assignments: [[1]], config: {} }],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '2100ms', topic: 'orders', partition: 0, count: 10, every: '10ms' },
        { op: 'commit', at: '8s' },
        { op: 'begin', at: '14s' },
        { op: 'send', at: '14100ms', topic: 'orders', partition: 0, count: 10, every: '10ms' },
        { op: 'abort', at: '15s' },
      ],
    },
    readCommitted,
  ],
  faults: [{ kind: 'crash', node: 'broker-1', at: '3s', restartAfter: '8s' }],
  healAfter: '16s',
  runFor: '36s',
};
