import { type ScenarioInput } from './scenario.ts';

/** Consumers of one group come, go and die while records keep coming. */
function rebalance(
  name: string,
  question: string,
  config: Readonly<Record<string, string | number>>,
): ScenarioInput {
  const shared = {
    'group.id': 'shop',
    'auto.offset.reset': 'earliest',
    // So that new partitions are seen soon.
    'metadata.max.age.ms': 5_000,
    ...config,
  };
  return {
    name,
    question,
    cluster: {
      brokers: 3,
      // As session.timeout.ms of the classic members.
      config: {
        'group.consumer.min.session.timeout.ms': 10_000,
        'group.consumer.session.timeout.ms': 10_000,
      },
      topics: [{ name: 'orders', partitions: 6, replicationFactor: 3 }],
    },
    clients: [
      {
        kind: 'producer',
        config: { 'metadata.max.age.ms': 5_000 },
        workload: [{ op: 'send', at: '1s', topic: 'orders', count: 5_000, every: '10ms' }],
      },
      {
        kind: 'consumer',
        count: 3,
        config: shared,
        processing: '20ms',
        workload: [{ op: 'subscribe', at: '1s', topics: ['orders'] }],
      },
      {
        kind: 'consumer',
        config: shared,
        processing: '20ms',
        workload: [
          { op: 'subscribe', at: '15s', topics: ['orders'] },
          { op: 'close', at: '30s' },
        ],
      },
      {
        kind: 'admin',
        workload: [{ op: 'createPartitions', at: '40s', topic: 'orders', total: 8 }],
      },
    ],
    faults: [{ kind: 'crash', node: 'consumer-3', at: '20s', restartAfter: '4s' }],
    healAfter: '55s',
    runFor: '120s',
    expect: { holds: ['G1', 'G2', 'C13'], reaches: ['rebalance', 'member-timed-out'] },
  };
}

export const rebalanceEager = rebalance(
  'rebalance-eager',
  'How long does nobody read while an eager rebalance stops the world?',
  {
    'session.timeout.ms': 10_000,
    'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.RangeAssignor',
  },
);

export const rebalanceCooperative = rebalance(
  'rebalance-cooperative',
  'How long does nobody read while a cooperative rebalance moves what has to move?',
  {
    'session.timeout.ms': 10_000,
    'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
  },
);

export const rebalanceConsumerProtocol = rebalance(
  'rebalance-consumer-protocol',
  'How long does nobody read while the group coordinator moves partitions (KIP-848)?',
  { 'group.protocol': 'consumer' },
);
