import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../cluster-under-test.ts';
import { seconds } from '../../kernel/time.ts';
import { type Properties } from '../../protocol/config/config-definition.ts';
import { resolveConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { type Switches } from '../../switches/switches.ts';
import { autoCommit } from '../application/processing-models.ts';
import { bootConsumer } from '../application/boot-consumer.ts';

describe('a consumer that has read what an unclean election has lost', () => {
  test('goes back to where the logs part, and misses nothing of the new history', () => {
    const cluster = lostAfterRead({ 'auto.offset.reset': 'earliest' });
    expect(cluster.polledOffsets()).toEqual([0, 1, 2, 3, 4, 2, 3, 4, 5, 6, 7]);
    expect(cluster.lastOf('positionMoved')).toEqual({
      kind: 'positionMoved',
      partition: 'orders-0',
      from: 5,
      to: 2,
      why: 'truncated',
    });
  });

  test('is told if it has no policy that may move it, and again after request.timeout.ms only', () => {
    const cluster = lostAfterRead({ 'auto.offset.reset': 'none' }, {}, 0);
    cluster.run(seconds(30));
    expect(cluster.polledOffsets()).toEqual([0, 1, 2, 3, 4]);
    const errors = cluster.seen.filter(({ fact }) => fact.kind === 'consumerError');
    expect(errors.map(({ fact }) => fact)).toEqual([
      { kind: 'consumerError', partition: 'orders-0', error: 'LogTruncationException' },
      { kind: 'consumerError', partition: 'orders-0', error: 'LogTruncationException' },
    ]);
    const gap = (errors[1]?.atMs ?? 0) - (errors[0]?.atMs ?? 0);
    expect(gap).toBeGreaterThan(30_000);
    expect(gap).toBeLessThan(31_100);
  });

  test('misses records without a word with consumer.validatePosition=off', () => {
    const switches = { 'consumer.validatePosition': 'off' };
    const cluster = lostAfterRead({ 'auto.offset.reset': 'earliest' }, switches);
    expect(cluster.polledOffsets()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(cluster.factsOf('consumerError')).toEqual([]);
  });
});

/**
 * The consumer reads 0 to 4; 2 to 4 are only on broker 1, which crashes; broker 2 becomes leader and
 * writes 2 to 7 while the consumer rests. `seekTo`: where the consumer begins if it is not to be reset.
 */
function lostAfterRead(
  properties: Properties,
  switches: Switches = {},
  seekTo?: number,
): ClusterUnderTest {
  const cluster = new ClusterUnderTest({
    brokers: 3,
    properties: { 'unclean.leader.election.enable': 'true' },
  }).start();
  const topicId = cluster.createWith('orders', [1, 2], 1);
  const nowMs = cluster.world.now() / 1_000;
  const partitions = ['orders-0'];
  const seek = { op: 'seek', atMs: nowMs, partition: 'orders-0', to: seekTo ?? 0 } as const;
  const boot = bootConsumer({
    ...cluster.surroundings,
    name: 'consumer-1',
    config: resolveConsumerConfig(properties),
    switches,
    model: autoCommit,
    output: undefined,
    processingMs: 0,
    workload: [
      { op: 'assign', atMs: nowMs, partitions },
      ...(seekTo === undefined ? [] : [seek]),
      { op: 'pause', atMs: nowMs + 17_800, partitions },
      { op: 'resume', atMs: nowMs + 38_500, partitions },
    ],
  });
  cluster.world.start(cluster.world.addNode('consumer-1', boot));
  cluster.produceSome(1, topicId, 2);
  cluster.run(seconds(2));
  cluster.world.crash(cluster.nodeOf(2));
  cluster.run(seconds(15));
  cluster.produceSome(1, topicId, 3);
  cluster.run(seconds(1));
  cluster.world.crash(cluster.nodeOf(1));
  cluster.world.start(cluster.nodeOf(2));
  cluster.run(seconds(20));
  cluster.produceSome(2, topicId, 6);
  cluster.run(seconds(2));
  return cluster;
}
