import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = {
  'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
  'max.poll.interval.ms': 8_000,
};

/**
 * KAFKA-12984. When consumer 3 joins, the JoinGroup of consumer 1 comes after the rebalance timeout: the group
 * has gone on without it, and others have what it had. With KAFKA-12983 it claims that when it joins again.
 */
export const claimsOfALostMember: ScenarioInput = {
  name: 'claims-of-a-lost-member',
  question: 'Can a group agree on an assignment when a member claims what it has lost?',
  switches: { 'coop.preparesAgain': 'off' },
  cluster: {
    brokers: 3,
    config: { 'group.initial.rebalance.delay.ms': 0 },
    topics: [{ name: 'orders', partitions: 6, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 1_500, every: '10ms' }],
    },
    groupMember({ config }),
    groupMember({ config, joins: '2s' }),
    groupMember({ config, joins: '10s' }),
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'JoinGroup', direction: 'request', from: 'consumer-1' },
      verdict: 'delay',
      delay: '12s',
      count: 1,
      at: '9s',
      for: '6s',
    },
  ],
  healAfter: '30s',
  runFor: '150s',
};
