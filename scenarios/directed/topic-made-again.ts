import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = { 'group.protocol': 'consumer' };

/**
 * KAFKA-19154. While the only broker that has the group is down, the topic that it reads is deleted and made
 * again: nobody removes what was committed for the first one.
 */
export const topicMadeAgain: ScenarioInput = {
  name: 'topic-made-again',
  question: 'Is an offset of a topic that was deleted told for another one of its name?',
  cluster: {
    brokers: 3,
    config: {
      'auto.create.topics.enable': false,
      'offsets.topic.replication.factor': 1,
      'offsets.topic.num.partitions': 1,
    },
    topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 300, every: '10ms' }],
    },
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '14s', topic: 'orders', count: 500, every: '10ms' }],
    },
    groupMember({ config, leaves: '6s' }),
    groupMember({ config, joins: '20s' }),
    {
      kind: 'admin',
      workload: [
        { op: 'deleteTopic', at: '10s', topic: 'orders' },
        { op: 'createTopic', at: '12s', topic: 'orders', partitions: 1, replicationFactor: 1 },
      ],
    },
  ],
  faults: [{ kind: 'stop', node: 'group coordinator of shop', at: '8s', restartAfter: '9s' }],
  healAfter: '24s',
  runFor: '60s',
};
