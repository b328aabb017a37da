import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = {
  'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.StickyAssignor',
  'session.timeout.ms': 6_000,
  'heartbeat.interval.ms': 1_000,
};

/**
 * KAFKA-7026. Consumer 1 is cut off and removed, and consumer 2 gets what it had. When consumer 1 is back, it
 * tells what it was assigned last, and that is what consumer 2 has now.
 */
export const backWithOldClaims: ScenarioInput = {
  name: 'back-with-old-claims',
  question: 'Does a member that has missed a generation get back what others have by now?',
  cluster: {
    brokers: 3,
    config: { 'group.initial.rebalance.delay.ms': 0 },
    topics: [{ name: 'orders', partitions: 4, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 1_500, every: '10ms' }],
    },
    groupMember({ config }),
    groupMember({ config, joins: '2s' }),
  ],
  faults: [
    {
      kind: 'cut',
      from: ['consumer-1'],
      to: ['broker-1', 'broker-2', 'broker-3'],
      at: '8s',
      for: '12s',
    },
  ],
  healAfter: '24s',
  runFor: '60s',
};
