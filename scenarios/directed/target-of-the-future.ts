import { type ScenarioInput } from '../scenario.ts';
import { groupMember } from './situation.ts';

const config = { 'group.protocol': 'consumer' };

/**
 * The clock of a group's coordinator is ahead when it computes a target. Its successor counts the interval
 * between two targets from then, and one of two members leaves.
 */
export const targetOfTheFuture: ScenarioInput = {
  name: 'target-of-the-future',
  question:
    'Who reads what a member has left, if the last target was computed by a clock that was ahead?',
  cluster: {
    brokers: 3,
    config: { 'offsets.topic.num.partitions': 1 },
    topics: [{ name: 'orders', partitions: 4, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 200, every: '50ms' }],
    },
    groupMember({ config, joins: '3s', leaves: '22s' }),
    groupMember({ config, joins: '5s' }),
  ],
  faults: [
    { kind: 'clockJump', node: 'group coordinator of shop', at: '4s', by: '10m' },
    { kind: 'crash', node: 'group coordinator of shop', at: '9s', restartAfter: '3s' },
  ],
  healAfter: '15s',
  runFor: '120s',
};
