import { type ScenarioInput } from '../scenario.ts';

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];

/**
 * The consumer lets its coordinator match a pattern. While it reads, one of the topics is deleted, one
 * is created, and one gets another partition.
 */
export const deletedUnderAPattern: ScenarioInput = {
  name: 'deleted-under-a-pattern',
  question: 'Does a consumer follow the topics of its pattern when one of them is deleted?',
  cluster: {
    brokers: 3,
    topics: [
      { name: 'orders-eu', partitions: 1, replicationFactor: 3 },
      { name: 'orders-us', partitions: 1, replicationFactor: 3 },
    ],
  },
  clients: [
    {
      kind: 'producer',
      workload: [
        { op: 'send', at: '1s', topic: 'orders-eu', partition: 0, count: 200, every: '100ms' },
        { op: 'send', at: '21s', topic: 'orders-eu', keys, count: 30, every: '100ms' },
      ],
    },
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '1s', topic: 'orders-us', count: 50, every: '100ms' }],
    },
    {
      kind: 'producer',
      workload: [{ op: 'send', at: '19s', topic: 'orders-ca', count: 50, every: '100ms' }],
    },
    {
      kind: 'consumer',
      config: {
        'group.id': 'shop',
        'group.protocol': 'consumer',
        'auto.offset.reset': 'earliest',
      },
      workload: [{ op: 'subscribe', at: '1s', pattern: 'orders-.*', matchedBy: 'broker' }],
    },
    {
      kind: 'admin',
      workload: [
        { op: 'deleteTopic', at: '12s', topic: 'orders-us' },
        { op: 'createTopic', at: '18s', topic: 'orders-ca', partitions: 1, replicationFactor: 3 },
        { op: 'createPartitions', at: '20s', topic: 'orders-eu', total: 2 },
      ],
    },
  ],
  faults: [],
  healAfter: '25s',
  runFor: '120s',
};
