import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders, steadyConsumer, steadyProducer } from './situation.ts';

/** With acks=1 a leader goes on appending when its followers have left the ISR and wait in the ELR. */
export const aloneInTheIsr: ScenarioInput = {
  name: 'alone-in-the-isr',
  question: 'Is a record committed that only the leader has, with min.insync.replicas=2?',
  cluster: { brokers: 3, config: impatient, topics: [orders] },
  clients: [
    { ...steadyProducer, config: { acks: 1, 'request.timeout.ms': 3_000 } },
    steadyConsumer,
  ],
  faults: [{ kind: 'cut', from: ['broker-1'], to: ['broker-2', 'broker-3'], at: '3s', for: '10s' }],
  healAfter: '22s',
  runFor: '42s',
};
