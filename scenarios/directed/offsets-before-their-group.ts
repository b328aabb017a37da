import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = { 'group.protocol': 'consumer' };

/**
 * Consumer 1 reads another topic, and is gone. Of the records of the group only newer ones are left
 * when the log has been cleaned; what consumer 1 has committed stands before them.
 */
export const offsetsBeforeTheirGroup: ScenarioInput = {
  name: 'offsets-before-their-group',
  question: 'Can a coordinator load a cleaned log in which offsets stand before their group?',
  cluster: {
    brokers: 3,
    config: {
      'offsets.topic.num.partitions': 1,
      'log.roll.ms': 2_000,
      'log.cleaner.backoff.ms': 500,
      'log.cleaner.min.cleanable.ratio': 0.01,
      'log.cleaner.delete.retention.ms': 100,
    },
    topics: [
      { name: 'orders', partitions: 2, replicationFactor: 3 },
      { name: 'returns', partitions: 1, replicationFactor: 3 },
    ],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 1_500, every: '20ms' }],
    },
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'returns', count: 100, every: '10ms' }],
    },
    groupMember({ config, topic: 'returns', leaves: '5s' }),
    groupMember({ config, joins: '3s' }),
  ],
  faults: [{ kind: 'crash', node: 'group coordinator of shop', at: '20s', restartAfter: '5s' }],
  healAfter: '32s',
  runFor: '180s',
};
