import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = { 'group.protocol': 'consumer', 'max.poll.records': 10 };

/**
 * Consumer 1 waits for 15 s before it sends a commit again. In between it is cut off and removed; consumer 2
 * gets what it had, and goes on. Consumer 1 hears of that, and is a member again when it commits.
 */
export const commitAfterRejoin: ScenarioInput = {
  name: 'commit-after-rejoin',
  question: 'Can a member commit for a partition that another one has been given?',
  cluster: {
    brokers: 3,
    config: {
      'group.consumer.heartbeat.interval.ms': 1_000,
      'group.consumer.min.heartbeat.interval.ms': 1_000,
      'group.consumer.session.timeout.ms': 6_000,
      'group.consumer.min.session.timeout.ms': 6_000,
    },
    topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 2_000, every: '10ms' }],
    },
    groupMember({
      config: { ...config, 'retry.backoff.ms': 15_000, 'retry.backoff.max.ms': 15_000 },
      processing: '300ms',
    }),
    groupMember({ config, joins: '4s' }),
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'OffsetCommit', direction: 'request', from: 'consumer-1' },
      verdict: 'reset',
      count: 1,
      at: '8s',
      for: '2s',
    },
    {
      kind: 'cut',
      from: ['consumer-1'],
      to: ['broker-1', 'broker-2', 'broker-3'],
      at: '10s',
      for: '9s',
    },
  ],
  healAfter: '28s',
  runFor: '70s',
};
