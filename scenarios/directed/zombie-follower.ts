import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders, steadyConsumer, steadyProducer } from './situation.ts';

/**
 * The counterexample of the TLA+ model before KIP-320, by the clock. Broker 3 leads epoch 1 without the
 * tail of broker 1, and is cut off; broker 1 leads epoch 2. Broker 2 hears of both 5 s late: it goes on
 * fetching from broker 1 as of epoch 0, then follows broker 3 and truncates. Only a comparison of epochs
 * keeps broker 1 from counting what broker 2 fetches, and is about to lose.
 */
export const zombieFollower: ScenarioInput = {
  name: 'zombie-follower',
  question: 'Does a leader count a follower that has missed two elections?',
  cluster: {
    brokers: 3,
    config: { ...impatient, 'controller.quorum.request.timeout.ms': 10_000 },
    // The second partition keeps fetch sessions going while the first has no leader.
    topics: [
      {
        ...orders,
        assignments: [
          [1, 2, 3],
          [1, 2, 3],
        ],
      },
    ],
  },
  clients: [
    steadyProducer,
    steadyConsumer,
    {
      kind: 'admin',
      workload: [
        { op: 'reassign', at: '3400ms', partition: 'orders-0', replicas: [3, 1, 2] },
        { op: 'electLeaders', at: '3500ms', partition: 'orders-0', election: 'preferred' },
      ],
    },
  ],
  faults: [
    { kind: 'cut', from: ['broker-1', 'producer-1'], to: ['broker-3'], at: '3s', for: '15s' },
    {
      kind: 'frames',
      match: { api: 'Fetch', direction: 'response', from: 'controller-1', to: 'broker-2' },
      verdict: 'delay',
      delay: '5s',
      count: 100,
      at: '3480ms',
      for: '10s',
    },
    { kind: 'cut', from: ['broker-3'], to: ['controller-1'], at: '3800ms', for: '15s' },
    { kind: 'crash', node: 'broker-1', at: { between: ['9s', '11s'] } },
  ],
  healAfter: '22s',
  runFor: '42s',
};
