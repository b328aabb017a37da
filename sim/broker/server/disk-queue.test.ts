import { describe, expect, test } from 'vitest';
import { ClusterUnderTest, type Reply } from '../../cluster-under-test.ts';
import { milliseconds } from '../../kernel/time.ts';
import { Api, type ApiKey } from '../../protocol/api.ts';
import { BatchBuilder } from '../../protocol/batch-builder.ts';

const latency = milliseconds(200);

function started(): { cluster: ClusterUnderTest; topicId: string } {
  const cluster = new ClusterUnderTest({ brokers: 2 }).start();
  return { cluster, topicId: cluster.createWith('orders', [1]) };
}

function setLatency(cluster: ClusterUnderTest, broker: number, to: number): void {
  cluster.world.node(cluster.nodeOf(broker)).disk.latency = to;
}

function produce(
  cluster: ClusterUnderTest,
  topicId: string,
  on: string,
): Reply<typeof Api.produce> {
  const builder = new BatchBuilder({ writeLimitBytes: 1_000 });
  builder.append(1_000, { key: null, value: 'x', headers: [] });
  const partitionData = [{ index: 0, records: [builder.build()] }];
  const topicData = [{ name: '', topicId, partitionData }];
  const body = { transactionalId: null, acks: 1, timeoutMs: 30_000, topicData };
  return cluster.send(1, Api.produce, body, { on });
}

function listing(cluster: ClusterUnderTest, on: string): Reply<typeof Api.apiVersions> {
  const body = { clientSoftwareName: 'test', clientSoftwareVersion: '1' };
  return cluster.send(1, Api.apiVersions, body, { on });
}

/** How long an answer takes, in whole multiples of the latency of the disk. */
function accesses<K extends ApiKey>(cluster: ClusterUnderTest, reply: Reply<K>): number {
  const since = cluster.world.now();
  cluster.runUntil(() => reply.read() !== undefined);
  return Math.floor((cluster.world.now() - since) / latency);
}

describe('a broker with a slow disk', () => {
  test('answers late what has to do with its logs, and in time what has not', () => {
    const { cluster, topicId } = started();
    setLatency(cluster, 1, latency);
    expect(accesses(cluster, listing(cluster, 'a'))).toBe(0);
    expect(accesses(cluster, produce(cluster, topicId, 'b'))).toBe(1);
    setLatency(cluster, 1, 0);
    expect(accesses(cluster, produce(cluster, topicId, 'b'))).toBe(0);
  });

  test('lets what follows on the same connection wait, and nobody else', () => {
    const { cluster, topicId } = started();
    setLatency(cluster, 1, latency);
    produce(cluster, topicId, 'a');
    produce(cluster, topicId, 'a');
    const [behind, beside] = [listing(cluster, 'a'), listing(cluster, 'b')];
    expect(accesses(cluster, beside)).toBe(0);
    expect(accesses(cluster, behind)).toBe(2);
    expect(cluster.factsOf('batchAppended')).toHaveLength(2);
  });

  test('still handles what had arrived when the connection closes', () => {
    const { cluster, topicId } = started();
    setLatency(cluster, 1, latency);
    produce(cluster, topicId, 'a');
    cluster.run(milliseconds(50));
    cluster.world.network.resetBetween(cluster.nodeOf(1), cluster.world.nodes.length - 1);
    cluster.run(milliseconds(50));
    expect(cluster.factsOf('batchAppended')).toHaveLength(1);
  });

  test('copies late what it follows', () => {
    const cluster = new ClusterUnderTest({ brokers: 2 }).start();
    const topicId = cluster.createWith('orders', [1, 2]);
    cluster.run(milliseconds(1_000));
    setLatency(cluster, 2, latency);
    cluster.run(milliseconds(2_000));
    const since = cluster.world.now();
    produce(cluster, topicId, 'a');
    const copies = (): number =>
      cluster.factsOf('batchAppended').filter((fact) => !fact.asLeader).length;
    cluster.runUntil(() => copies() === 1);
    expect(cluster.world.now() - since).toBeGreaterThan(latency);
  });
});
