import { type ScenarioInput } from '../scenario.ts';
import { orders } from './situation.ts';

/** Configs of what reads orders to answer each with an invoice, in a transaction. */
export const ofBiller = {
  'group.id': 'billing',
  'auto.offset.reset': 'earliest',
  'enable.auto.commit': false,
  'isolation.level': 'read_committed',
  'session.timeout.ms': 6_000,
  'max.poll.records': 10,
};

/** Two members of a group answer each order with an invoice, in transactions. */
export const billing: Pick<ScenarioInput, 'cluster' | 'clients' | 'healAfter' | 'runFor'> = {
  cluster: {
    brokers: 3,
    topics: [
      {
        ...orders,
        assignments: [
          [1, 2, 3],
          [2, 3, 1],
        ],
      },
      { ...orders, name: 'invoices' },
    ],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 300, every: '50ms' }],
    },
    {
      kind: 'consumer',
      count: 2,
      name: 'biller',
      config: ofBiller,
      model: 'exactly-once',
      processing: '20ms',
      output: { config: { 'transactional.id': '{name}' }, topics: ['invoices'] },
      workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
    },
  ],
  healAfter: '22s',
  runFor: '50s',
};
