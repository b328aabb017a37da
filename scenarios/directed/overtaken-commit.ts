import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const woken = groupMember({
  config: {
    'group.protocol': 'consumer',
    'max.poll.records': 10,
    'retry.backoff.ms': 5_000,
    'retry.backoff.max.ms': 5_000,
  },
  processing: '500ms',
  wakes: '12s',
});

/**
 * A commit is answered by a reset, and waits to be sent again. Its application is woken up, polls, works and
 * commits what comes next, which is sent at once.
 */
export const overtakenCommit: ScenarioInput = {
  name: 'overtaken-commit',
  question: 'Are the commits of a consumer applied in its order when one of them is tried again?',
  cluster: {
    brokers: 3,
    topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 1_500, every: '10ms' }],
    },
    woken,
  ],
  faults: [
    {
      kind: 'frames',
      match: { api: 'OffsetCommit', direction: 'request', from: 'consumer-1' },
      verdict: 'reset',
      count: 1,
      at: '10s',
      for: '2s',
    },
  ],
  healAfter: '20s',
  runFor: '60s',
};
