import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted } from './situation.ts';

/**
 * KAFKA-18464. A commit is answered, and its markers are still on their way when the next transaction is
 * aborted, of which nobody but its producer has heard.
 */
export const abortWhileMarkersAreOut: ScenarioInput = {
  name: 'abort-while-markers-are-out',
  question: 'Is a producer fenced that aborts before its last transaction is complete?',
  cluster: { brokers: 3, topics: [orders] },
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout', 'linger.ms': 5_000 },
      workload: [
        { op: 'begin', at: '2s' },
        { op: 'send', at: '2100ms', topic: 'orders', partition: 0, count: 10, every: '10ms' },
        { op: 'commit', at: '3s' },
        { op: 'begin', at: '3500ms' },
        { op: 'send', at: '3600ms', topic: 'orders', partition: 0, count: 1, every: '1ms' },
        { op: 'abort', at: '3700ms' },
      ],
    },
    readCommitted,
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'WriteTxnMarkers', direction: 'request' },
      verdict: 'delay',
      delay: '3s',
      at: '2500ms',
      for: '1s',
    },
  ],
  healAfter: '8s',
  runFor: '30s',
};
