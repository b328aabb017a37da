import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = { 'group.protocol': 'consumer' };

/**
 * Consumer 1 works for twelve seconds on a poll. Meanwhile it is assigned what consumer 2 leaves behind,
 * leaves its group because it does not poll, and consumer 2 is back and has everything.
 */
export const assignedWhileAtWork: ScenarioInput = {
  name: 'assigned-while-at-work',
  question: 'Does a consumer begin with what it was assigned before it left its group?',
  cluster: {
    brokers: 3,
    config: {
      'group.consumer.assignment.interval.ms': 0,
      'group.consumer.heartbeat.interval.ms': 1_000,
      'group.consumer.min.heartbeat.interval.ms': 1_000,
    },
    topics: [{ name: 'orders', partitions: 4, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      config: { 'linger.ms': 300 },
      workload: [
        { op: 'send', at: '12s', topic: 'orders', partition: 0, count: 100, every: '1ms' },
      ],
    },
    groupMember({ config: { ...config, 'max.poll.interval.ms': 6_000 }, processing: '12s' }),
    groupMember({ config, joins: '5s' }),
  ],
  faults: [{ kind: 'stop', node: 'consumer-2', at: '14s', restartAfter: '2s' }],
  healAfter: '28s',
  runFor: '90s',
};
