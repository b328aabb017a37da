import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../cluster-under-test.ts';
import { epochStartMs } from '../../kernel/clock.ts';
import { type NodeIndex } from '../../kernel/process.ts';
import { milliseconds, seconds } from '../../kernel/time.ts';
import { type ConsumerOperation } from '../../plan.ts';
import { type Properties } from '../../protocol/config/config-definition.ts';
import { resolveConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { type Switches } from '../../switches/switches.ts';
import { autoCommit } from './processing-models.ts';
import { bootConsumer } from './boot-consumer.ts';

const assigned: ConsumerOperation = { op: 'assign', atMs: 0, partitions: ['orders'] };

describe('an application with a consumer', () => {
  test('reads a topic from its beginning, and goes on with what is written later', () => {
    const { cluster, topicId } = clusterWithTopic();
    cluster.produceSome(1, topicId, 3);
    addConsumer(cluster, [assigned], { 'auto.offset.reset': 'earliest' });
    cluster.run(seconds(1));
    expect(cluster.polledOffsets()).toEqual([0, 1, 2]);
    cluster.produceSome(1, topicId, 2);
    cluster.run(milliseconds(20));
    expect(cluster.polledOffsets()).toEqual([0, 1, 2, 3, 4]);
  });

  test('reads from the end by default', () => {
    const { cluster, topicId } = clusterWithTopic();
    cluster.produceSome(1, topicId, 3);
    addConsumer(cluster, [assigned]);
    cluster.run(seconds(1));
    cluster.produceSome(1, topicId, 1);
    cluster.run(seconds(1));
    expect(cluster.polledOffsets()).toEqual([3]);
    expect(cluster.factsOf('positionMoved')).toEqual([
      { kind: 'positionMoved', partition: 'orders-0', from: -1, to: 3, why: 'reset' },
    ]);
    expect(cluster.factsOf('endOffsetReceived')).toMatchObject([{ error: 'NONE', offset: 3 }]);
  });

  test('goes to the new leader when the leader crashes, and loses nothing', () => {
    const { cluster, topicId } = clusterWithTopic();
    addConsumer(cluster, [assigned], { 'auto.offset.reset': 'earliest' });
    cluster.produceSome(1, topicId, 2);
    cluster.run(seconds(1));
    cluster.world.crash(cluster.nodeOf(1));
    cluster.run(seconds(15));
    cluster.produceSome(2, topicId, 2);
    cluster.run(seconds(1));
    expect(cluster.polledOffsets()).toEqual([0, 1, 2, 3]);
    expect(cluster.lastOf('fetchReceived')).toMatchObject({ from: 2, error: 'NONE' });
  });

  test('seeks, pauses, resumes and asks for end offsets between its polls', () => {
    const { cluster, topicId, nowMs } = clusterWithTopic();
    cluster.produceSome(1, topicId, 3);
    addConsumer(
      cluster,
      [
        assigned,
        { op: 'seek', atMs: nowMs + 1_000, partition: 'orders-0', to: 1 },
        { op: 'pause', atMs: nowMs + 2_000, partitions: ['orders'] },
        { op: 'endOffsets', atMs: nowMs + 3_000, partitions: ['orders-0'] },
        { op: 'resume', atMs: nowMs + 4_000, partitions: ['orders-0'] },
      ],
      { 'auto.offset.reset': 'earliest' },
    );
    cluster.run(milliseconds(2_500));
    cluster.produceSome(1, topicId, 1);
    cluster.run(seconds(1));
    expect(cluster.polledOffsets()).toEqual([0, 1, 2, 1, 2]);
    expect(cluster.lastOf('endOffsetReceived')).toMatchObject({ offset: 4 });
    cluster.run(seconds(1));
    expect(cluster.polledOffsets()).toEqual([0, 1, 2, 1, 2, 3]);
    const reads = cluster.factsOf('assignmentChanged').map(({ partitions }) => partitions);
    expect(reads).toEqual([['orders-0'], [], ['orders-0']]);
  });

  test('tells what it seeks, pauses and resumes', () => {
    const { cluster, topicId, nowMs } = clusterWithTopic();
    cluster.produceSome(1, topicId, 3);
    const workload: readonly ConsumerOperation[] = [
      assigned,
      { op: 'pause', atMs: nowMs + 1_000, partitions: ['orders'] },
      { op: 'resume', atMs: nowMs + 1_100, partitions: ['orders-0'] },
      { op: 'seek', atMs: nowMs + 1_200, partition: 'orders-0', to: 1 },
      { op: 'seek', atMs: nowMs + 1_300, partition: 'orders-0', to: 'beginning' },
      { op: 'seek', atMs: nowMs + 1_400, partition: 'orders-0', to: 'end' },
    ];
    addConsumer(cluster, workload);
    cluster.run(seconds(2));
    const called = {
      kind: 'consumerCalled',
      partitions: ['orders-0'],
      offset: -1,
      exception: null,
    };
    expect(cluster.factsOf('consumerCalled')).toEqual([
      { ...called, call: 'pause' },
      { ...called, call: 'resume' },
      { ...called, call: 'seek', offset: 1 },
      { ...called, call: 'seekToBeginning' },
      { ...called, call: 'seekToEnd' },
    ]);
  });

  test.each(['classic', 'consumer'])(
    'goes on where a call is refused that is about what it does not have, group.protocol=%s',
    (protocol) => {
      const { cluster, topicId, nowMs } = clusterWithTopic();
      addConsumer(
        cluster,
        [
          assigned,
          { op: 'seek', atMs: nowMs + 1_000, partition: 'orders-7', to: 1 },
          { op: 'pause', atMs: nowMs + 3_000, partitions: ['orders-0', 'orders-7'] },
          { op: 'resume', atMs: nowMs + 5_000, partitions: ['orders'] },
        ],
        { 'group.protocol': protocol, 'auto.offset.reset': 'earliest' },
      );
      cluster.run(milliseconds(4_500));
      const exception = protocol === 'classic' ? 'IllegalStateException' : 'KafkaException';
      expect(cluster.factsOf('consumerCalled')).toMatchObject([
        { call: 'seek', partitions: ['orders-7'], exception },
        { call: 'pause', partitions: ['orders-0', 'orders-7'], exception },
      ]);
      cluster.produceSome(1, topicId, 1);
      cluster.run(milliseconds(300));
      expect(cluster.polledOffsets()).toEqual([]);
      cluster.run(seconds(2));
      expect(cluster.polledOffsets()).toEqual([0]);
    },
  );

  test.each(['classic', 'consumer'])('seeks to a time, group.protocol=%s', (protocol) => {
    const { cluster, topicId, nowMs } = clusterWithTopic();
    cluster.produce(
      1,
      topicId,
      [0, 1_000, 2_000].map((ms) => epochStartMs + nowMs + ms),
    );
    const seek = { op: 'seek', partition: 'orders-0' } as const;
    addConsumer(
      cluster,
      [
        assigned,
        { ...seek, atMs: nowMs + 1_000, to: { timeMs: nowMs + 500 } },
        { ...seek, atMs: nowMs + 2_000, to: { timeMs: nowMs + 4_000 } },
      ],
      { 'group.protocol': protocol, 'auto.offset.reset': 'earliest' },
    );
    cluster.run(seconds(4));
    expect(cluster.polledOffsets()).toEqual([0, 1, 2, 1, 2]);
    expect(cluster.factsOf('consumerCalled')).toMatchObject([
      { call: 'seek', offset: 1 },
      { call: 'seekToEnd' },
    ]);
  });

  test('works on what it has got before it polls again', () => {
    const { cluster, topicId } = clusterWithTopic();
    cluster.produceSome(1, topicId, 3);
    const properties = { 'auto.offset.reset': 'earliest', 'max.poll.records': '1' };
    addConsumer(cluster, [assigned], properties, { processingMs: 400 });
    cluster.run(seconds(2));
    const times = cluster.seen.filter(({ fact }) => fact.kind === 'recordsPolled');
    const gaps = times.slice(1).map(({ atMs }, index) => atMs - (times[index]?.atMs ?? 0));
    expect(gaps).toEqual([400, 400]);
  });

  test('tells of a position that it may not move, again and again', () => {
    const { cluster } = clusterWithTopic();
    addConsumer(cluster, [assigned], { 'auto.offset.reset': 'none' });
    cluster.run(milliseconds(2_500));
    const errors = cluster.factsOf('consumerError').map(({ error }) => error);
    expect(errors).toEqual(Array(3).fill('NoOffsetForPartitionException'));
  });

  test('takes up its assignment again in its next life', () => {
    const { cluster, topicId } = clusterWithTopic();
    cluster.produceSome(1, topicId, 2);
    const node = addConsumer(cluster, [assigned], { 'auto.offset.reset': 'earliest' });
    cluster.run(seconds(1));
    cluster.world.crash(node);
    cluster.world.start(node);
    cluster.run(seconds(1));
    expect(cluster.polledOffsets()).toEqual([0, 1, 0, 1]);
  });

  test('closes its sessions and exits when it is asked to stop', () => {
    const { cluster } = clusterWithTopic();
    const node = addConsumer(cluster, [assigned]);
    cluster.run(seconds(1));
    cluster.world.stop(node);
    cluster.run(seconds(1));
    expect(cluster.world.node(node).state).toBe('down');
    expect(cluster.lastOf('assignmentChanged').partitions).toEqual([]);
  });

  test('asks for nothing but one empty fetch in each fetch.max.wait.ms while nothing is written', () => {
    const { cluster } = clusterWithTopic();
    addConsumer(cluster, [assigned]);
    cluster.run(seconds(5));
    const before = cluster.world.network.delivered;
    cluster.run(seconds(50));
    const idle = clusterWithTopic().cluster;
    idle.run(seconds(5));
    const idleBefore = idle.world.network.delivered;
    idle.run(seconds(50));
    const frames = cluster.world.network.delivered - before;
    expect(frames - (idle.world.network.delivered - idleBefore)).toBeLessThanOrEqual(200);
  });
});

interface ClusterWithTopic {
  readonly cluster: ClusterUnderTest;
  readonly topicId: string;
  readonly nowMs: number;
}

/** One partition `orders-0` on three brokers. */
function clusterWithTopic(): ClusterWithTopic {
  const cluster = new ClusterUnderTest().start();
  const topicId = cluster.createWith('orders', [1, 2, 3], 2);
  return { cluster, topicId, nowMs: cluster.world.now() / 1_000 };
}

function addConsumer(
  cluster: ClusterUnderTest,
  workload: readonly ConsumerOperation[],
  properties: Properties = {},
  { processingMs = 0, switches = {} }: { processingMs?: number; switches?: Switches } = {},
): NodeIndex {
  const boot = bootConsumer({
    ...cluster.surroundings,
    name: 'consumer-1',
    config: resolveConsumerConfig(properties),
    switches,
    model: autoCommit,
    output: undefined,
    processingMs,
    workload,
  });
  const node = cluster.world.addNode('consumer-1', boot);
  cluster.world.start(node);
  return node;
}
