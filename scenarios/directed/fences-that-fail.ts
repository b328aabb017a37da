import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders } from './situation.ts';

const log = '__transaction_state-0';

/**
 * KAFKA-9666. A producer has left a transaction open, and another one asks for its id, time after time:
 * the coordinator cannot write that it fences the first, since both its followers are down.
 */
export const fencesThatFail: ScenarioInput = {
  name: 'fences-that-fail',
  question: 'How many epochs does it take to fence a producer once?',
  cluster: {
    brokers: 3,
    config: { ...impatient, 'transaction.state.log.num.partitions': 1 },
    features: { 'transaction.version': 1 },
    topics: [orders],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '5s', topic: 'orders', partition: 0, count: 10, every: '10ms' },
      ],
    },
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        { op: 'transact', at: '9s', topics: ['orders'], records: 4, count: 3, every: '100ms' },
      ],
    },
    {
      kind: 'admin',
      workload: [
        { op: 'reassign', at: '3s', partition: log, replicas: [3, 2, 1] },
        { op: 'electLeaders', at: '3300ms', partition: log, election: 'preferred' },
      ],
    },
  ],
  faults: [
    { kind: 'crash', node: 'broker-1', at: '6s', restartAfter: '8s' },
    { kind: 'crash', node: 'broker-2', at: '6s', restartAfter: '8s' },
  ],
  healAfter: '16s',
  runFor: '40s',
};
