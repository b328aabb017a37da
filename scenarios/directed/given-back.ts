import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = { 'group.protocol': 'consumer' };

/**
 * KAFKA-16147, by the clock. Consumer 2 joins, and consumer 1 is told to give up two partitions. Before
 * it has done so, consumer 2 is gone, and it is given them back. When consumer 2 is there again,
 * consumer 1 has them.
 */
export const givenBack: ScenarioInput = {
  name: 'given-back',
  question: 'Does a coordinator know who has what it takes away and gives back at once?',
  cluster: {
    brokers: 3,
    config: { 'group.consumer.assignment.interval.ms': 0 },
    topics: [{ name: 'orders', partitions: 4, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 1_500, every: '10ms' }],
    },
    groupMember({ config: { ...config, 'max.poll.records': 10 }, processing: '500ms' }),
    groupMember({ config, joins: '8s' }),
  ],
  faults: [{ kind: 'stop', node: 'consumer-2', at: '11300ms', restartAfter: '3s' }],
  healAfter: '28s',
  runFor: '60s',
};
