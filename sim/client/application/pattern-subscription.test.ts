import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../cluster-under-test.ts';
import { seconds } from '../../kernel/time.ts';
import { type ConsumerOperation } from '../../plan.ts';
import { Api } from '../../protocol/api.ts';
import { compareTexts } from '../../protocol/compare-texts.ts';
import { type Properties } from '../../protocol/config/config-definition.ts';
import { resolveConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { zeroUuid } from '../../protocol/uuid.ts';
import { bootConsumer } from './boot-consumer.ts';
import { autoCommit } from './processing-models.ts';

const classic = { 'group.protocol': 'classic' };
const cooperative = {
  'partition.assignment.strategy': 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor',
};
const consumer = { 'group.protocol': 'consumer' };

const kinds: readonly (readonly [string, Properties, 'client' | 'broker'])[] = [
  ['classic, eager', classic, 'client'],
  ['classic, cooperative', cooperative, 'client'],
  ['consumer, matched by the client', consumer, 'client'],
  ['consumer, matched by the coordinator', consumer, 'broker'],
];

describe.each(kinds)('a subscription to a pattern (%s)', (_kind, properties, matchedBy) => {
  const toOrders = subscribe('orders-.*', matchedBy);

  test('is one to all topics whose whole name matches', () => {
    const cluster = clusterWithTopics('orders-eu', 'orders-us', 'old-orders-eu', 'orders');
    addConsumer(cluster, 'a', [toOrders], properties);
    cluster.run(seconds(20));
    expect(ownedBy(cluster)).toEqual(['orders-eu-0', 'orders-us-0']);
  });

  test('takes up a topic that is created later', () => {
    const cluster = clusterWithTopics('orders-eu');
    for (const name of ['a', 'b']) addConsumer(cluster, name, [toOrders], properties);
    cluster.run(seconds(20));
    cluster.createTopic('orders-us', { numPartitions: 2, replicationFactor: 3 });
    cluster.run(seconds(40));
    expect(ownedBy(cluster)).toEqual(['orders-eu-0', 'orders-us-0', 'orders-us-1']);
  });

  test('gives up a topic that is deleted', () => {
    const cluster = clusterWithTopics('orders-eu', 'orders-us');
    // For so long a classic member tries to commit what it has read of the topic, before it joins again.
    const config = { ...properties, 'max.poll.interval.ms': '10000' };
    addConsumer(cluster, 'a', [toOrders], config);
    cluster.run(seconds(20));
    const topics = [{ name: 'orders-us', topicId: zeroUuid }];
    cluster.ask(1, Api.deleteTopics, { topics, topicNames: [], timeoutMs: 5_000 });
    cluster.run(seconds(40));
    expect(ownedBy(cluster)).toEqual(['orders-eu-0']);
  });

  test('can be taken back, and topics be subscribed to instead', () => {
    const cluster = clusterWithTopics('orders-eu', 'returns');
    const workload: readonly ConsumerOperation[] = [
      toOrders,
      { op: 'unsubscribe', atMs: 20_000 },
      { op: 'subscribe', atMs: 21_000, topics: ['returns'] },
    ];
    addConsumer(cluster, 'a', workload, properties);
    cluster.run(seconds(40));
    expect(ownedBy(cluster)).toEqual(['returns-0']);
  });
});

describe('a pattern that the client matches', () => {
  test.each([classic, consumer])('leaves out internal topics by default', (properties) => {
    const cluster = clusterWithTopics('orders');
    addConsumer(cluster, 'a', [subscribe('.*', 'client')], properties);
    cluster.run(seconds(20));
    expect(ownedBy(cluster)).toEqual(['orders-0']);
  });

  test.each([classic, consumer])('takes them with exclude.internal.topics=false', (properties) => {
    const cluster = clusterWithTopics('orders');
    const config = { ...properties, 'exclude.internal.topics': 'false' };
    addConsumer(cluster, 'a', [subscribe('.*', 'client')], config);
    cluster.run(seconds(20));
    expect(ownedBy(cluster)).toEqual(['__consumer_offsets-0', 'orders-0']);
  });
});

test('a pattern that the coordinator cannot read ends the membership', () => {
  const cluster = clusterWithTopics('orders');
  addConsumer(cluster, 'a', [subscribe('orders-(.*', 'broker')], consumer);
  cluster.run(seconds(20));
  expect(cluster.factsOf('membershipEnded').map(({ why }) => why)).toEqual(['fatal']);
});

describe('a rebalance that the application enforces', () => {
  const topic: ConsumerOperation = { op: 'subscribe', atMs: 0, topics: ['orders'] };
  const enforce: ConsumerOperation = { op: 'enforceRebalance', atMs: 20_000, reason: 'new rates' };

  test('lets all members of a classic group join again', () => {
    const cluster = clusterWithTopics('orders');
    addConsumer(cluster, 'a', [topic], classic);
    addConsumer(cluster, 'b', [topic, enforce], classic);
    cluster.run(seconds(19));
    const before = cluster.lastOf('partitionsAssigned').generation;
    cluster.run(seconds(21));
    const since = cluster.factsOf('partitionsAssigned').slice(-2);
    expect(since.map(({ generation }) => generation)).toEqual([before + 1, before + 1]);
  });

  test('does not happen with the new protocol', () => {
    const cluster = clusterWithTopics('orders');
    addConsumer(cluster, 'a', [topic, enforce], consumer);
    cluster.run(seconds(19));
    const before = cluster.factsOf('partitionsAssigned').length;
    cluster.run(seconds(21));
    expect(cluster.factsOf('partitionsAssigned').length).toBe(before);
  });
});

function subscribe(pattern: string, matchedBy: 'client' | 'broker'): ConsumerOperation {
  return { op: 'subscribe', atMs: 0, pattern, matchedBy };
}

function clusterWithTopics(...names: readonly string[]): ClusterUnderTest {
  const properties = {
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '3',
  };
  const cluster = new ClusterUnderTest({ properties }).start();
  for (const name of names) cluster.createTopic(name, { numPartitions: 1, replicationFactor: 3 });
  return cluster;
}

function addConsumer(
  cluster: ClusterUnderTest,
  name: string,
  workload: readonly ConsumerOperation[],
  properties: Properties,
): void {
  const config = resolveConsumerConfig({
    'group.id': 'g',
    'auto.offset.reset': 'earliest',
    'metadata.max.age.ms': '5000',
    ...properties,
  });
  const boot = bootConsumer({
    ...cluster.surroundings,
    name,
    config,
    model: autoCommit,
    processingMs: 0,
    output: undefined,
    workload,
  });
  cluster.world.start(cluster.world.addNode(name, boot));
}

/** What the members have at the end, in order. */
function ownedBy(cluster: ClusterUnderTest): readonly string[] {
  const owned = new Map<string, ReadonlySet<string>>();
  for (const { fact } of cluster.seen) {
    if (fact.kind === 'partitionsAssigned') owned.set(fact.memberId, new Set(fact.owned));
    if (fact.kind === 'partitionsRevoked') {
      const kept = [...(owned.get(fact.memberId) ?? [])];
      const left = kept.filter((name) => !fact.partitions.includes(name));
      owned.set(fact.memberId, new Set(left));
    }
    if (fact.kind === 'membershipEnded') owned.delete(fact.memberId);
  }
  return [...owned.values()].flatMap((names) => [...names]).sort(compareTexts);
}
