import { type ScenarioInput } from '../scenario.ts';
import { orders, readCommitted } from './situation.ts';

/**
 * KIP-1228. A marker stays in the network, its coordinator sends it again, and the producer begins the next
 * transaction, whose epoch is that of the marker.
 */
export const lateMarker: ScenarioInput = {
  name: 'late-marker',
  question: 'Does a marker that comes late end the next transaction of its producer?',
  cluster: {
    brokers: 3,
    config: { 'request.timeout.ms': 1_000 },
    topics: [orders],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'transactional.id': 'checkout' },
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
      match: { api: 'WriteTxnMarkers', direction: 'request' },
      verdict: 'delay',
      delay: '3500ms',
      at: '2500ms',
      for: '1s',
    },
  ],
  healAfter: '12s',
  runFor: '30s',
};
