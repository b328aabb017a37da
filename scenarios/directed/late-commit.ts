import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted } from './situation.ts';

/**
 * KAFKA-17754, KAFKA-14402. An EndTxn stays in the network, its producer commits by another copy, and begins the next
 * transaction. The late copy names the same producer, and under `transaction.version=1` the same epoch.
 */
export const lateCommit: ScenarioInput = {
  name: 'late-commit',
  question: 'Does a commit that comes late commit the first half of the next transaction?',
  cluster: { brokers: 3, topics: [orders] },
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout', 'request.timeout.ms': 1_000 },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '2100ms', topic: 'orders', partition: 0, count: 10, every: '10ms' },
        { op: 'commit', at: '3s' },
        { op: 'begin', at: '5s' },
        { op: 'send', at: '5100ms', topic: 'orders', partition: 0, count: 60, every: '50ms' },
        { op: 'abort', at: '9s' },
      ],
    },
    readCommitted,
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'EndTxn', direction: 'request', from: 'producer-1' },
      verdict: 'delay',
      delay: '3500ms',
      at: '2500ms',
      for: '1s',
    },
  ],
  healAfter: '12s',
  runFor: '30s',
};
