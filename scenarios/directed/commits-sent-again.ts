import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const answers = { api: 'OffsetCommit', direction: 'response', to: 'consumer-1' } as const;

/** Several asynchronous commits are under way and applied, when the connection breaks before any is answered. */
export const commitsSentAgain: ScenarioInput = {
  name: 'commits-sent-again',
  question:
    'Does what a group has committed go back if asynchronous commits are lost on their way?',
  cluster: {
    brokers: 3,
    topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 1_500, every: '10ms' }],
    },
    groupMember({
      config: { 'max.poll.records': 10 },
      processing: '50ms',
      model: 'commit-async',
    }),
  ],
  faults: [
    {
      kind: 'frames',
      match: answers,
      verdict: 'delay',
      delay: '2s',
      count: 1,
      at: '8s',
      for: '3s',
    },
    { kind: 'frames', match: answers, verdict: 'reset', count: 1, at: '9s', for: '3s' },
  ],
  healAfter: '20s',
  runFor: '60s',
};
