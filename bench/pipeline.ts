import { readScenario } from '../scenarios/read-scenario.ts';
import { type Scenario } from '../scenarios/scenario.ts';

/**
 * The transactional pipeline that speed is measured with: 2 producers write a record every 5 ms each for
 * `loadMs`; 3 members of a group read, process and write in transactions, and one consumer reads what
 * they have committed. 3 brokers, 6 partitions, 3 replicas, min.insync.replicas 2.
 */
export function pipeline(loadMs: number): Scenario {
  const config = { 'min.insync.replicas': 2 };
  return readScenario({
    name: 'pipeline',
    question: 'How fast is the simulator with transactions?',
    cluster: {
      brokers: 3,
      topics: ['orders', 'invoices'].map((name) => ({
        name,
        partitions: 6,
        replicationFactor: 3,
        config,
      })),
    },
    network: { latency: { kind: 'uniform', min: '500us', max: '5ms' } },
    clients: [
      {
        kind: 'producer',
        count: 2,
        config: { acks: 'all' },
        workload: [
          {
            op: 'send',
            at: '500ms',
            topic: 'orders',
            keys: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'],
            count: Math.max(1, Math.round(loadMs / 5)),
            every: '5ms',
          },
        ],
      },
      {
        kind: 'consumer',
        count: 3,
        config: {
          'group.id': 'billing',
          'auto.offset.reset': 'earliest',
          'enable.auto.commit': false,
          'isolation.level': 'read_committed',
          'max.poll.records': 50,
        },
        model: 'exactly-once',
        output: { config: { 'transactional.id': '{name}' }, topics: ['invoices'] },
        workload: [{ op: 'subscribe', at: '500ms', topics: ['orders'] }],
      },
      {
        kind: 'consumer',
        config: { 'auto.offset.reset': 'earliest', 'isolation.level': 'read_committed' },
        workload: [{ op: 'assign', at: '500ms', partitions: ['invoices'] }],
      },
    ],
    healAfter: `${loadMs + 500}ms`,
    runFor: `${loadMs + 5_000}ms`,
  });
}
