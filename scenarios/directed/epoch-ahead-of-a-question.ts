import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = { 'group.protocol': 'consumer', 'auto.offset.reset': 'latest' };

/** Consumer 2 has left. */
const takesItUp = { fact: 'partitionsAssigned', node: 'consumer-1', after: '10s' } as const;

/**
 * Consumer 2 leaves, and consumer 1 takes up its partition and asks what is committed. The answer is lost
 * with its connection. Meanwhile consumer 3, which reads another topic, leaves, too: a heartbeat of
 * consumer 1 is answered with a new epoch, and the question that it asks again has the old one.
 */
export const epochAheadOfAQuestion: ScenarioInput = {
  name: 'epoch-ahead-of-a-question',
  question: 'Does a member begin where its group has committed if its epoch is over when it asks?',
  cluster: {
    brokers: 3,
    config: { 'group.consumer.assignment.interval.ms': 0 },
    topics: [
      { name: 'orders', partitions: 2, replicationFactor: 3 },
      { name: 'returns', partitions: 1, replicationFactor: 3 },
    ],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '3s', topic: 'orders', count: 500, every: '50ms' }],
    },
    groupMember({ config }),
    groupMember({ config, joins: '2s', leaves: '10s' }),
    groupMember({ config, topic: 'returns', joins: '3s' }),
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'OffsetFetch', direction: 'response', to: 'consumer-1' },
      verdict: 'reset',
      count: 1,
      on: takesItUp,
      for: '1s',
    },
    { kind: 'stop', node: 'consumer-3', on: takesItUp, restartAfter: '5s' },
  ],
  healAfter: '28s',
  runFor: '60s',
};
