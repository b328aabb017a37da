import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = { 'group.protocol': 'consumer', 'max.poll.records': 10 };

/**
 * Consumer 1 waits for 15 s before it sends a commit again. Meanwhile it leaves its group, since it does not
 * poll; consumer 2 goes on with what it had, commits, and is closed.
 */
export const commitWithoutMembers: ScenarioInput = {
  name: 'commit-without-members',
  question: 'Can who was a member commit when nobody is in its group any more?',
  cluster: {
    brokers: 3,
    topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 2_000, every: '10ms' }],
    },
    groupMember({
      config: {
        ...config,
        'max.poll.interval.ms': 5_000,
        'retry.backoff.ms': 15_000,
        'retry.backoff.max.ms': 15_000,
      },
      processing: '300ms',
    }),
    groupMember({ config, joins: '4s', leaves: '20s' }),
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
  ],
  healAfter: '28s',
  runFor: '70s',
};
