import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = { 'auto.offset.reset': 'latest' };

/** A group was empty for seconds, but has committed nothing for longer than its offsets are kept. */
export const backWithinRetention: ScenarioInput = {
  name: 'back-within-retention',
  question: 'Does a group keep its offsets while its members join?',
  cluster: {
    brokers: 3,
    config: { 'offsets.retention.minutes': 1, 'offsets.retention.check.interval.ms': 1_000 },
    topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [
        { op: 'send', at: '6s', topic: 'orders', count: 500, every: '20ms' },
        { op: 'send', at: '76s', topic: 'orders', count: 1_000, every: '20ms' },
      ],
    },
    groupMember({ config, leaves: '75s' }),
    groupMember({ config, joins: '80s' }),
  ],
  healAfter: '105s',
  runFor: '160s',
};
