import { type ScenarioInput } from '../scenario.ts';
import { orders, steadyConsumer, steadyProducer } from './situation.ts';

/**
 * Broker 1 leads, then broker 3, then broker 1 again, which hears of both elections at once. Meanwhile
 * broker 2 has truncated what it had fetched from broker 1 before, and does not reach it any more; when
 * broker 3 has caught up, broker 1 must not take it for replicated to broker 2.
 */
export const leaderAgain: ScenarioInput = {
  name: 'leader-again',
  question: 'Does a leader that is elected again know what its followers have truncated since?',
  cluster: {
    brokers: 3,
    config: { 'controller.quorum.request.timeout.ms': 10_000 },
    topics: [orders],
  },
  clients: [
    steadyProducer,
    steadyConsumer,
    {
      kind: 'admin',
      workload: [
        { op: 'reassign', at: '3400ms', partition: 'orders-0', replicas: [3, 1, 2] },
        { op: 'electLeaders', at: '3500ms', partition: 'orders-0', election: 'preferred' },
        { op: 'reassign', at: '4500ms', partition: 'orders-0', replicas: [1, 3, 2] },
        { op: 'electLeaders', at: '4600ms', partition: 'orders-0', election: 'preferred' },
      ],
    },
  ],
  faults: [
    { kind: 'cut', from: ['broker-1'], to: ['broker-3'], at: '3s', for: '4s' },
    {
      kind: 'frames',
      match: { api: 'Fetch', direction: 'request', from: 'broker-1', to: 'controller-1' },
      verdict: 'delay',
      delay: '3s',
      at: '3300ms',
      for: '1s',
    },
    { kind: 'cut', from: ['broker-1'], to: ['broker-2'], at: '5s', for: '5s' },
  ],
  healAfter: '22s',
  runFor: '42s',
};
