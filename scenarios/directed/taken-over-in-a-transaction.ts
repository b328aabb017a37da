import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted } from './situation.ts';

/** KAFKA-19367. Another producer asks for the transactional id while a transaction is open. */
export const takenOverInATransaction: ScenarioInput = {
  name: 'taken-over-in-a-transaction',
  question: 'How many epochs does it take to fence a producer in its transaction?',
  cluster: { brokers: 3, topics: [orders] },
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '2100ms', topic: 'orders', partition: 0, count: 10, every: '10ms' },
        { op: 'commit', at: '6s' },
      ],
    },
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        { op: 'transact', at: '4s', topics: ['orders'], records: 4, count: 3, every: '100ms' },
      ],
    },
    readCommitted,
  ],
  healAfter: '8s',
  runFor: '30s',
};
