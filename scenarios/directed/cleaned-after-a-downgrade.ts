import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

/**
 * KAFKA-21117, by the clock. Consumer 1 speaks the classic protocol; consumer 2 makes the group one of the
 * new protocol, and a classic one again when it leaves. The next coordinator has read what the group was
 * at first when a cleaner takes away that it had become another one.
 */
export const cleanedAfterADowngrade: ScenarioInput = {
  name: 'cleaned-after-a-downgrade',
  question: 'Can a coordinator load what is left of a consumer group that is a classic one again?',
  cluster: {
    brokers: 3,
    config: {
      'offsets.topic.num.partitions': 1,
      'log.roll.ms': 2_000,
      'log.cleaner.backoff.ms': 19_991,
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
    groupMember({ config: { 'group.protocol': 'classic' } }),
    groupMember({ config: { 'group.protocol': 'consumer' }, joins: '7s', leaves: '11s' }),
  ],
  faults: [{ kind: 'stop', node: 'group coordinator of shop', at: '20014ms', restartAfter: '5s' }],
  healAfter: '30s',
  runFor: '45s',
};
