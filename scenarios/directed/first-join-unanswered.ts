import { type ScenarioInput } from '../scenario.ts';
import { groupMember, orders } from './situation.ts';

/** The answer to the join of a static member is lost, and it joins again as the member that it is already. */
export const firstJoinUnanswered: ScenarioInput = {
  name: 'first-join-unanswered',
  question: 'Is a static member let in again that has not heard that it was let in?',
  cluster: { brokers: 3, topics: [orders] },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 500, every: '20ms' }],
    },
    groupMember({ config: { 'group.protocol': 'consumer', 'group.instance.id': 'till' } }),
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'ConsumerGroupHeartbeat', direction: 'response', to: 'consumer-1' },
      verdict: 'reset',
      at: '1s',
      for: '9s',
    },
  ],
  healAfter: '12s',
  runFor: '30s',
};
