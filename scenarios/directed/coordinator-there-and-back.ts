import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted } from './situation.ts';

const log = '__transaction_state-0';

/**
 * KAFKA-16352. The coordinator of a transaction sends its marker, which stays in the network. Another
 * one is elected and reaches nobody; then the first again, which sends the marker once more. Only then
 * does the answer to its old marker come.
 */
export const coordinatorThereAndBack: ScenarioInput = {
  name: 'coordinator-there-and-back',
  question: 'Does a coordinator take the end of an old attempt for the end of its new one?',
  cluster: {
    brokers: 3,
    config: { 'transaction.state.log.num.partitions': 1 },
    topics: [orders],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
      workload: [
        { op: 'begin', at: '4s' },
        { op: 'send', at: '4100ms', topic: 'orders', partition: 0, count: 10, every: '10ms' },
        { op: 'commit', at: '5s' },
      ],
    },
    readCommitted,
    {
      kind: 'admin',
      workload: [
        { op: 'reassign', at: '3s', partition: log, replicas: [3, 2, 1] },
        { op: 'electLeaders', at: '3300ms', partition: log, election: 'preferred' },
        { op: 'reassign', at: '5500ms', partition: log, replicas: [2, 3, 1] },
        { op: 'electLeaders', at: '5600ms', partition: log, election: 'preferred' },
        { op: 'reassign', at: '6500ms', partition: log, replicas: [3, 2, 1] },
        { op: 'electLeaders', at: '6600ms', partition: log, election: 'preferred' },
      ],
    },
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'WriteTxnMarkers', direction: 'response', to: 'broker-3' },
      verdict: 'delay',
      delay: '3s',
      at: '4500ms',
      for: '1s',
    },
    {
      kind: 'frames',
      match: { api: 'WriteTxnMarkers', direction: 'request', from: 'broker-2' },
      verdict: 'delay',
      delay: '6s',
      at: '4500ms',
      for: '5s',
    },
  ],
  healAfter: '14s',
  runFor: '60s',
};
