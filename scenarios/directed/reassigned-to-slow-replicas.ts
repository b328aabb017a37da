import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders, steadyConsumer, steadyProducer } from './situation.ts';

/** Of three new replicas two do not reach the leader while the partition moves. */
export const reassignedToSlowReplicas: ScenarioInput = {
  name: 'reassigned-to-slow-replicas',
  question: 'Are the old replicas let go before all of the new ones are in sync?',
  cluster: { brokers: 6, config: impatient, topics: [orders] },
  clients: [
    steadyProducer,
    steadyConsumer,
    {
      kind: 'admin',
      workload: [{ op: 'reassign', at: '3s', partition: 'orders-0', replicas: [4, 5, 6] }],
    },
  ],
  faults: [{ kind: 'cut', from: ['broker-1'], to: ['broker-5', 'broker-6'], at: '2s', for: '8s' }],
  healAfter: '22s',
  runFor: '42s',
};
