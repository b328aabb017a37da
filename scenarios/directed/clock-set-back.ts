import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted } from './situation.ts';

/** KAFKA-8803. The wall clock of the transaction coordinator is set back in the middle of a transaction. */
export const clockSetBack: ScenarioInput = {
  name: 'clock-set-back',
  question: 'Does a transaction end when the clock of its coordinator goes back?',
  cluster: { brokers: 3, topics: [orders] },
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '2100ms', topic: 'orders', partition: 0, count: 10, every: '10ms' },
        { op: 'commit', at: '4s' },
      ],
    },
    readCommitted,
  ],
  faults: [{ kind: 'clockJump', node: 'transaction coordinator of checkout', by: '-1h', at: '3s' }],
  healAfter: '12s',
  runFor: '30s',
};
