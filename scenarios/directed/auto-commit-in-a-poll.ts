import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const member = groupMember({
  config: {
    'group.protocol': 'consumer',
    'enable.auto.commit': true,
    'auto.commit.interval.ms': 500,
    'max.poll.records': 20,
  },
  processing: '50ms',
  model: 'auto-commit',
});

/** KAFKA-18641. One of two members is killed when one of its commits is done, at random. */
export const autoCommitInAPoll: ScenarioInput = {
  name: 'auto-commit-in-a-poll',
  question: 'Does a new consumer commit by itself what the poll is about to return?',
  cluster: {
    brokers: 3,
    topics: [{ name: 'orders', partitions: 2, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 1_000, every: '10ms' }],
    },
    member,
    member,
  ],
  faults: [
    {
      kind: 'crash',
      node: 'consumer-1',
      on: {
        fact: 'offsetCommitSucceeded',
        node: 'consumer-1',
        nth: { between: [5, 18] },
      },
      restartAfter: '2s',
    },
  ],
  healAfter: '20s',
  runFor: '80s',
};
