import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../cluster-under-test.ts';
import { type NodeIndex } from '../../kernel/process.ts';
import { milliseconds, seconds } from '../../kernel/time.ts';
import { type ProducerOperation } from '../../plan.ts';
import { type Properties } from '../../protocol/config/config-definition.ts';
import { resolveProducerConfig } from '../../protocol/config/producer-config.ts';
import { type Switches } from '../../switches/switches.ts';
import { bootProducer } from './boot-producer.ts';

describe('an application with a producer', () => {
  test('sends its records in order, each acknowledged with its offset', () => {
    const { cluster, nowMs } = clusterWithTopic();
    addProducer(cluster, [sends({ atMs: nowMs, count: 20, everyMs: 10 })]);
    cluster.run(seconds(2));
    expect(ackedIds(cluster)).toEqual(numbers(20));
    expect(cluster.factsOf('sendAcked').map(({ offset }) => offset)).toEqual(numbers(20));
    expect(cluster.factsOf('sendFailed')).toEqual([]);
  });

  test('has an id of its own, and sequences that go on', () => {
    const { cluster, nowMs } = clusterWithTopic();
    addProducer(cluster, [sends({ atMs: nowMs + 1_000, count: 3, everyMs: 100 })]);
    cluster.run(seconds(2));
    const { producerId } = cluster.lastOf('producerIdAssigned');
    expect(producerId).toBeGreaterThanOrEqual(0);
    const sent = cluster.factsOf('batchSent');
    expect(sent.map(({ baseSequence }) => baseSequence)).toEqual([0, 1, 2]);
    expect(new Set(sent.map((batch) => batch.producerId))).toEqual(new Set([producerId]));
  });

  test('collects records of the same 5 ms into one batch', () => {
    const { cluster, nowMs } = clusterWithTopic();
    addProducer(cluster, [sends({ atMs: nowMs + 1_000, count: 10, everyMs: 0.5 })]);
    cluster.run(seconds(2));
    expect(cluster.factsOf('batchSent').map(({ recordCount }) => recordCount)).toEqual([10]);
  });

  test('survives the crash of the leader without loss, duplicate or reordering', () => {
    const { cluster, nowMs } = clusterWithTopic();
    addProducer(cluster, [sends({ atMs: nowMs, count: 200, everyMs: 20 })]);
    cluster.run(seconds(1));
    cluster.world.crash(cluster.nodeOf(1));
    cluster.run(seconds(60));
    expect(ackedIds(cluster)).toEqual(numbers(200));
    const offsets = cluster.factsOf('sendAcked').map(({ offset }) => offset);
    expect(offsets).toEqual(numbers(200));
  });

  test('fails what it cannot send within delivery.timeout.ms', () => {
    const { cluster, nowMs } = clusterWithTopic();
    addProducer(cluster, [sends({ atMs: nowMs, count: 4, everyMs: 1_000 })], {
      'delivery.timeout.ms': '2000',
      'request.timeout.ms': '1000',
    });
    cluster.run(milliseconds(900));
    for (const broker of [1, 2, 3]) cluster.world.crash(cluster.nodeOf(broker));
    cluster.run(seconds(10));
    const failed = cluster.factsOf('sendFailed');
    expect(failed.map(({ recordId }) => recordId)).toEqual([1, 2, 3]);
    expect(new Set(failed.map(({ error }) => error))).toEqual(new Set(['TimeoutException']));
  });

  test('flushes and closes, and sends nothing more', () => {
    const { cluster, nowMs } = clusterWithTopic();
    const node = addProducer(
      cluster,
      [
        sends({ atMs: nowMs + 1_000, count: 5, everyMs: 1 }),
        { op: 'flush', atMs: nowMs + 1_005 },
        sends({ atMs: nowMs + 1_006, count: 5, everyMs: 1 }),
        { op: 'close', atMs: nowMs + 1_011 },
        sends({ atMs: nowMs + 2_000, count: 5, everyMs: 1 }),
      ],
      { 'linger.ms': '60000' },
    );
    cluster.run(seconds(5));
    expect(ackedIds(cluster)).toEqual(numbers(10));
    expect(cluster.factsOf('batchSent')).toHaveLength(2);
    expect(cluster.world.node(node).state).toBe('up');
    cluster.world.stop(node);
    cluster.run(seconds(1));
    expect(cluster.world.node(node).state).toBe('down');
  });

  test('goes on in a new session after a crash, with what is still to come', () => {
    const { cluster, nowMs } = clusterWithTopic();
    const node = addProducer(cluster, [sends({ atMs: nowMs, count: 100, everyMs: 20 })]);
    cluster.run(milliseconds(990));
    cluster.world.crash(node);
    cluster.run(milliseconds(100));
    cluster.world.start(node);
    cluster.run(seconds(10));
    const attempts = cluster.factsOf('sendAttempted');
    expect(new Set(attempts.map(({ session }) => session)).size).toBe(2);
    expect(attempts).toHaveLength(95);
    expect(cluster.factsOf('sendFailed')).toEqual([]);
  });

  test('spreads records without a key over all partitions', () => {
    const cluster = new ClusterUnderTest().start();
    cluster.createTopic('orders', { numPartitions: 6, replicationFactor: 3 });
    const atMs = cluster.world.now() / 1_000;
    addProducer(cluster, [sends({ atMs, count: 2_000, everyMs: 0.1, valueBytes: 500 })]);
    cluster.run(seconds(5));
    const partitions = new Set(cluster.factsOf('sendAcked').map(({ partition }) => partition));
    expect(partitions.size).toBe(6);
    expect(ackedIds(cluster).toSorted((one, other) => one - other)).toEqual(numbers(2_000));
  });
});

function clusterWithTopic(): { readonly cluster: ClusterUnderTest; readonly nowMs: number } {
  const cluster = new ClusterUnderTest().start();
  cluster.createWith('orders', [1, 2, 3], 2);
  return { cluster, nowMs: cluster.world.now() / 1_000 };
}

function sends(
  options: Partial<Extract<ProducerOperation, { op: 'send' }>> & { readonly atMs: number },
): ProducerOperation {
  return {
    op: 'send',
    topic: 'orders',
    keys: [],
    count: 1,
    everyMs: 0,
    valueBytes: 10,
    tombstoneEvery: 0,
    ...options,
  };
}

function addProducer(
  cluster: ClusterUnderTest,
  workload: readonly ProducerOperation[],
  properties: Properties = {},
  switches: Switches = {},
): NodeIndex {
  let recordId = -1;
  const boot = bootProducer({
    ...cluster.surroundings,
    name: 'producer-1',
    config: resolveProducerConfig(properties),
    switches,
    workload,
    nextRecordId: () => (recordId += 1),
  });
  const node = cluster.world.addNode('producer-1', boot);
  cluster.world.start(node);
  return node;
}

function ackedIds(cluster: ClusterUnderTest): readonly number[] {
  return cluster.factsOf('sendAcked').map(({ recordId }) => recordId);
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
