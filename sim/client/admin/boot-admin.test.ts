import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../cluster-under-test.ts';
import { type NodeIndex } from '../../kernel/process.ts';
import { seconds } from '../../kernel/time.ts';
import { type AdminOperation } from '../../plan.ts';
import { resolveAdminConfig } from '../../protocol/config/admin-config.ts';
import { bootAdmin } from './boot-admin.ts';

describe('an administrator', () => {
  test('creates a topic, adds partitions, changes its config and deletes it', () => {
    const cluster = new ClusterUnderTest().start();
    const at = after(cluster);
    addAdmin(cluster, [
      {
        op: 'createTopic',
        atMs: at(0),
        topic: 'made',
        partitions: 2,
        replicationFactor: 3,
        config: { 'retention.ms': '1000' },
      },
      { op: 'createPartitions', atMs: at(1_000), topic: 'made', total: 3 },
      {
        op: 'alterConfig',
        atMs: at(2_000),
        topic: 'made',
        config: { 'retention.ms': null, 'min.insync.replicas': '2' },
      },
      { op: 'deleteTopic', atMs: at(3_000), topic: 'made' },
    ]);
    cluster.run(seconds(5));
    expect(cluster.factsOf('topicCreated')).toMatchObject([{ topic: 'made', partitions: 2 }]);
    const changes = cluster.factsOf('configChanged').filter(({ name }) => name === 'made');
    expect(changes).toMatchObject([
      { key: 'retention.ms', value: '1000' },
      { key: 'retention.ms', value: null },
      { key: 'min.insync.replicas', value: '2' },
    ]);
    expect(cluster.lastOf('partitionChanged').partition).toBe('made-2');
    expect(cluster.factsOf('topicDeleted')).toMatchObject([{ topic: 'made' }]);
  });

  test('moves a partition to other brokers, and elects its preferred leader', () => {
    const cluster = new ClusterUnderTest().start();
    cluster.createWith('orders', [1, 2]);
    const at = after(cluster);
    addAdmin(cluster, [
      { op: 'reassign', atMs: at(0), partition: 'orders-0', replicas: [3, 1] },
      { op: 'electLeaders', atMs: at(5_000), partition: 'orders-0', election: 'preferred' },
    ]);
    cluster.run(seconds(10));
    expect(cluster.lastOf('partitionChanged')).toMatchObject({ replicas: [3, 1], leader: 3 });
  });

  test('deletes records at the leader, and looks for the next one when it has crashed', () => {
    const cluster = new ClusterUnderTest().start();
    const topicId = cluster.createWith('orders', [1, 2, 3]);
    cluster.produceSome(1, topicId, 5);
    const at = after(cluster);
    addAdmin(cluster, [
      { op: 'deleteRecords', atMs: at(0), partition: 'orders-0', beforeOffset: 2 },
      { op: 'deleteRecords', atMs: at(2_000), partition: 'orders-0', beforeOffset: -1 },
    ]);
    cluster.run(seconds(1));
    expect(cluster.lastOf('logStartMoved', ({ broker }) => broker === 1).to).toBe(2);
    cluster.world.crash(cluster.nodeOf(1));
    cluster.run(seconds(15));
    expect(cluster.lastOf('logStartMoved', ({ broker }) => broker === 2).to).toBe(5);
  });

  test('tries again until a broker answers', () => {
    const cluster = new ClusterUnderTest().start();
    const at = after(cluster);
    for (const broker of [1, 2, 3]) cluster.world.crash(cluster.nodeOf(broker));
    addAdmin(cluster, [
      {
        op: 'createTopic',
        atMs: at(0),
        topic: 'made',
        partitions: 1,
        replicationFactor: 3,
        config: {},
      },
    ]);
    cluster.run(seconds(20));
    expect(cluster.factsOf('topicCreated')).toEqual([]);
    for (const broker of [1, 2, 3]) cluster.world.start(cluster.nodeOf(broker));
    cluster.run(seconds(30));
    expect(cluster.factsOf('topicCreated')).toHaveLength(1);
  });

  test('gives a call up that nobody answers within default.api.timeout.ms', () => {
    const cluster = new ClusterUnderTest().start();
    const at = after(cluster);
    for (const broker of [1, 2, 3]) cluster.world.crash(cluster.nodeOf(broker));
    addAdmin(cluster, [
      {
        op: 'createTopic',
        atMs: at(0),
        topic: 'made',
        partitions: 1,
        replicationFactor: 3,
        config: {},
      },
    ]);
    cluster.run(seconds(61));
    for (const broker of [1, 2, 3]) cluster.world.start(cluster.nodeOf(broker));
    cluster.run(seconds(30));
    expect(cluster.factsOf('topicCreated')).toEqual([]);
  });

  test('exits when it is asked to stop and its calls are over', () => {
    const cluster = new ClusterUnderTest().start();
    const node = addAdmin(cluster, []);
    cluster.run(seconds(1));
    cluster.world.stop(node);
    cluster.run(seconds(1));
    expect(cluster.world.node(node).state).toBe('down');
  });
});

/** Milliseconds of the run, counted from now. */
function after(cluster: ClusterUnderTest): (ms: number) => number {
  const nowMs = Math.ceil(cluster.world.now() / 1_000);
  return (ms) => nowMs + ms;
}

function addAdmin(cluster: ClusterUnderTest, workload: readonly AdminOperation[]): NodeIndex {
  const boot = bootAdmin({
    config: resolveAdminConfig({ 'bootstrap.servers': 'broker-2:9092' }),
    bootstrap: [{ nodeId: -1, host: 'broker-2', port: 9092 }],
    resolve: (host) => cluster.nodeOf(Number(host.slice('broker-'.length))),
    workload,
  });
  const node = cluster.world.addNode('admin-1', boot);
  cluster.world.start(node);
  return node;
}
