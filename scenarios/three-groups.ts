import { type ScenarioInput } from './scenario.ts';

type ClientInput = NonNullable<ScenarioInput['clients']>[number];

/** One consumer alone in its group, which works so long on up to ten records. */
function application(group: string, processing: `${number}ms`): ClientInput {
  return {
    kind: 'consumer',
    name: group,
    config: {
      'group.id': group,
      'auto.offset.reset': 'earliest',
      'auto.commit.interval.ms': 1_000,
      'max.poll.records': 10,
    },
    processing,
    workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
  };
}

/** Three applications read the same topic, each as fast as it can work. */
export const threeGroups: ScenarioInput = {
  name: 'three-groups',
  question: 'Does a slow group hold up a fast one, and who falls behind?',
  cluster: {
    brokers: 3,
    topics: [{ name: 'orders', partitions: 2, replicationFactor: 3 }],
  },
  clients: [
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders', count: 2_000, every: '10ms' }],
    },
    application('billing', '5ms'),
    application('search', '100ms'),
    application('archive', '250ms'),
  ],
  healAfter: '21s',
  runFor: '90s',
  expect: { holds: ['C11', 'C13'] },
};
