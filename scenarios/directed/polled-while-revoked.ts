import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const member = {
  config: {
    'group.protocol': 'consumer',
    'enable.auto.commit': true,
    // Commits are made before a revocation only.
    'auto.commit.interval.ms': 300_000,
    'max.poll.records': 10,
  },
  processing: '200ms',
  model: 'auto-commit',
} as const;

/**
 * KAFKA-20332. Consumer 1 has to give up a partition. Its next poll commits for that, and consumer 1 is killed
 * while it works on what that poll has returned.
 */
export const polledWhileRevoked: ScenarioInput = {
  name: 'polled-while-revoked',
  question: 'Does the commit before a revocation cover what the same poll is about to return?',
  cluster: {
    brokers: 3,
    config: { 'group.consumer.assignment.interval.ms': 0 },
    topics: [{ name: 'orders', partitions: 2, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 1_000, every: '10ms' }],
    },
    groupMember(member),
    groupMember({ ...member, joins: '6s' }),
  ],
  faults: [
    {
      kind: 'crash',
      node: 'consumer-1',
      on: { fact: 'offsetCommitSucceeded', node: 'consumer-1' },
      restartAfter: '2s',
    },
  ],
  healAfter: '20s',
  runFor: '80s',
};
