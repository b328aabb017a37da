import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted } from './situation.ts';

/**
 * Whatever belongs to a transaction may stay in the network for longer than its sender waits, and arrive
 * when the next one is open.
 */
export const lateFrames: ScenarioInput = {
  name: 'late-frames',
  question: 'Does anything that comes late take part in the next transaction?',
  cluster: {
    brokers: 3,
    config: { 'request.timeout.ms': 1_000, 'transaction.state.log.num.partitions': 1 },
    topics: [orders],
  },
  clients: [
    {
      kind: 'producer',
      config: {
        'transactional.id': 'checkout',
        'request.timeout.ms': 500,
        'delivery.timeout.ms': 700,
      },
      workload: [
        {
          op: 'transact',
          at: '1s',
          topics: ['orders'],
          records: 8,
          count: 400,
          every: '50ms',
          abortEvery: 3,
        },
      ],
    },
    readCommitted,
  ],
  random: {
    delays: {
      perMinute: 200,
      by: { between: ['300ms', '3s'] },
      apis: ['Produce', 'AddPartitionsToTxn', 'EndTxn', 'WriteTxnMarkers'],
    },
  },
  healAfter: '22s',
  runFor: '90s',
};
