import { type ScenarioInput } from '../scenario.ts';
import { impatient, orders, steadyConsumer, steadyProducer } from './situation.ts';

/** No broker reaches another, so that all are in ISR and ELR when the leader loses its power. */
export const lossyRestartInTheElr: ScenarioInput = {
  name: 'lossy-restart-in-the-elr',
  question: 'May a broker lead that has lost what it had not flushed?',
  cluster: { brokers: 3, config: impatient, topics: [orders] },
  clients: [steadyProducer, steadyConsumer],
  faults: [
    { kind: 'cut', from: ['broker-1'], to: ['broker-2', 'broker-3'], at: '3s', for: '17s' },
    { kind: 'cut', from: ['broker-2'], to: ['broker-3'], at: '3s', for: '17s' },
    {
      kind: 'powerLoss',
      node: 'broker-1',
      at: { between: ['6s', '7s'] },
      restartAfter: { between: ['500ms', '3s'] },
    },
  ],
  healAfter: '22s',
  runFor: '42s',
};
