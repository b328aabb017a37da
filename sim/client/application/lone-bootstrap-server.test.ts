import { expect, test } from 'vitest';
import { ClusterUnderTest } from '../../cluster-under-test.ts';
import { seconds } from '../../kernel/time.ts';
import { resolveConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { bootConsumer } from './boot-consumer.ts';
import { autoCommit } from './processing-models.ts';

test('a consumer of the new protocol lets time pass while its only bootstrap server is down', () => {
  const properties = {
    'offsets.topic.num.partitions': '1',
    'offsets.topic.replication.factor': '1',
  };
  const cluster = new ClusterUnderTest({ brokers: 1, properties });
  const boot = bootConsumer({
    ...cluster.surroundings,
    bootstrap: [{ nodeId: -1, host: 'broker-1', port: 9092 }],
    name: 'consumer',
    config: resolveConsumerConfig({ 'group.id': 'g', 'group.protocol': 'consumer' }),
    model: autoCommit,
    processingMs: 0,
    output: undefined,
    workload: [{ op: 'subscribe', atMs: 0, topics: ['orders'] }],
  });
  cluster.world.addNode('consumer', boot);
  cluster.start().createTopic('orders', { numPartitions: 1, replicationFactor: 1 });
  cluster.run(seconds(20));
  expect(cluster.seen.map(({ fact }) => fact)).toContainEqual({
    kind: 'assignmentChanged',
    partitions: ['orders-0'],
  });
});
