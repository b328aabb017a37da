import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = { 'group.protocol': 'consumer' };

/**
 * KAFKA-19862, by the clock. Consumer 1 has everything, gives half of it to consumer 2, and hears of
 * consumer 3. Their coordinator stops when the cleaners are about to look at its log; the next one has
 * read the first segment, in which consumer 1 has everything, when a cleaner takes what followed.
 */
export const cleanedWhileLoading: ScenarioInput = {
  name: 'cleaned-while-loading',
  question: 'Can a coordinator load a log that is cleaned meanwhile?',
  cluster: {
    brokers: 3,
    config: {
      'offsets.topic.num.partitions': 1,
      'log.roll.ms': 2_000,
      'log.cleaner.backoff.ms': 20_000,
      'log.cleaner.min.cleanable.ratio': 0.01,
      'group.consumer.assignment.interval.ms': 0,
    },
    topics: [
      // So many that a segment takes some milliseconds to load.
      { name: 'orders', partitions: 300, replicationFactor: 1 },
      { name: 'returns', partitions: 1, replicationFactor: 3 },
    ],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 400, every: '50ms' }],
    },
    groupMember({ config }),
    groupMember({ config, joins: '4s' }),
    groupMember({ config, topic: 'returns', joins: '9s' }),
  ],
  faults: [{ kind: 'stop', node: 'group coordinator of shop', at: '19998ms', restartAfter: '5s' }],
  healAfter: '30s',
  runFor: '45s',
};
