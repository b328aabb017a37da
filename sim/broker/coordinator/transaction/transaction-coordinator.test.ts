import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../../cluster-under-test.ts';
import { type NodeIndex } from '../../../kernel/process.ts';
import { type FrameRule } from '../../../kernel/streams.ts';
import { seconds } from '../../../kernel/time.ts';
import { Api, type Frame } from '../../../protocol/api.ts';
import { isTransactionData } from '../../../protocol/record-batch.ts';
import { type BrokerId } from '../../../trace.ts';
import {
  type LedTopic,
  type Protocol,
  TransactionalClient,
  transactionProperties,
} from './testing/transactional-client.ts';

const protocols: readonly Protocol[] = ['v1', 'v2'];

function startCluster(): ClusterUnderTest {
  return new ClusterUnderTest({ properties: transactionProperties }).start();
}

/** A topic that the coordinator does not lead. */
function makeTopic(client: TransactionalClient, name = 'orders'): LedTopic {
  const brokers: BrokerId[] = [1, 2, 3].filter((id) => id !== client.coordinator);
  const [leader = -1] = brokers;
  const topicId = client.cluster.createWith(name, brokers);
  client.cluster.run(seconds(1));
  return { name, topicId, leader };
}

/** One record in a transaction that is open. */
function begin(client: TransactionalClient, topic: LedTopic): void {
  if (client.protocol === 'v1') expect(client.add(topic)).toBe('NONE');
  expect(client.produce(topic)).toBe('NONE');
}

/** How far a reader of committed records may read. */
function lastStableOffset(cluster: ClusterUnderTest, { name }: LedTopic): number {
  cluster.inspect();
  return cluster.lastOf('replicaInspected', (fact) => {
    return fact.partition === `${name}-0` && fact.isLeader;
  }).lastStableOffset;
}

/** Whether markers lie in the partition, in their order: commit or abort, of which transaction. */
function markers(cluster: ClusterUnderTest, { name }: LedTopic): readonly (string | number)[][] {
  const appended = cluster.factsOf('batchAppended').filter((fact) => {
    return fact.asLeader && fact.partition === `${name}-0` && fact.batch.isControl;
  });
  return appended.map(({ batch }) => {
    const data = batch.records[0]?.data;
    return [data !== null && data !== undefined && 'type' in data ? data.type : '', batch.txnUid];
  });
}

/** Loses requests for markers while it is in force. */
class NoMarkers implements FrameRule<Frame> {
  judge(_from: NodeIndex, _to: NodeIndex, frame: Frame): { readonly kind: 'reset' } | undefined {
    const isMarker = frame.isRequest && frame.apiKey === Api.writeTxnMarkers;
    return isMarker ? { kind: 'reset' } : undefined;
  }
}

describe.each(protocols)('a transaction of %s', (protocol) => {
  test('is decided for its readers by a marker with its name', () => {
    const cluster = startCluster();
    const client = new TransactionalClient(cluster, protocol).find();
    const topic = makeTopic(client);
    client.init();
    begin(client, topic);
    expect(lastStableOffset(cluster, topic)).toBe(0);
    expect(client.end(true)).toBe('NONE');
    cluster.run(seconds(1));
    expect(lastStableOffset(cluster, topic)).toBe(2);
    expect(client.state()).toBe('CompleteCommit');
    expect(markers(cluster, topic)).toEqual([['commit', 1]]);
  });

  test('that takes too long is aborted, and its producer fenced', () => {
    const cluster = startCluster();
    const client = new TransactionalClient(cluster, protocol).find();
    const topic = makeTopic(client);
    client.init(1_000);
    begin(client, topic);
    cluster.run(seconds(3));
    expect(client.state()).toBe('CompleteAbort');
    expect(markers(cluster, topic)).toEqual([['abort', 1]]);
    expect(cluster.factsOf('transactionTimedOut')).toHaveLength(1);
    expect(client.produce(topic, 1)).toBe('INVALID_PRODUCER_EPOCH');
  });

  test('of a producer before is aborted by the next with its id', () => {
    const cluster = startCluster();
    const client = new TransactionalClient(cluster, protocol).find();
    const topic = makeTopic(client);
    client.init();
    begin(client, topic);
    const next = new TransactionalClient(cluster, protocol).find();
    expect(next.tryInit()).toBe('CONCURRENT_TRANSACTIONS');
    next.init();
    expect(next.producerId).toBe(client.producerId);
    expect(next.epoch).toBeGreaterThan(client.epoch);
    expect(markers(cluster, topic)).toEqual([['abort', 1]]);
    expect(client.end(true)).toBe('PRODUCER_FENCED');
  });

  test('whose end is in the log is completed by the next coordinator', () => {
    const cluster = startCluster();
    const client = new TransactionalClient(cluster, protocol).find();
    const topic = makeTopic(client);
    client.init();
    begin(client, topic);
    cluster.world.network.rules.push(new NoMarkers());
    expect(client.end(true)).toBe('NONE');
    cluster.run(seconds(1));
    expect(client.state()).toBe('PrepareCommit');
    expect(markers(cluster, topic)).toEqual([]);

    cluster.world.crash(cluster.nodeOf(client.coordinator));
    cluster.run(seconds(5));
    cluster.world.network.rules.length = 0;
    client.find(topic.leader);
    cluster.run(seconds(1));
    expect(client.state()).toBe('CompleteCommit');
    expect(markers(cluster, topic)).toEqual([['commit', 1]]);
    begin(client, topic);
  });

  test('that is open stays so when its coordinator is lost', () => {
    const cluster = startCluster();
    const client = new TransactionalClient(cluster, protocol).find();
    const topic = makeTopic(client);
    client.init();
    begin(client, topic);
    cluster.world.crash(cluster.nodeOf(client.coordinator));
    cluster.run(seconds(5));
    client.find(topic.leader);
    expect(client.state()).toBe('Ongoing');
    expect(client.end(false)).toBe('NONE');
    cluster.run(seconds(1));
    expect(markers(cluster, topic)).toEqual([['abort', 1]]);
  });

  test('gets its marker from whoever leads the partition by then', () => {
    const cluster = startCluster();
    const client = new TransactionalClient(cluster, protocol).find();
    const topic = makeTopic(client);
    client.init();
    begin(client, topic);
    cluster.world.crash(cluster.nodeOf(topic.leader));
    expect(client.end(true)).toBe('NONE');
    expect(client.state()).toBe('PrepareCommit');
    cluster.run(seconds(6));
    expect(client.state()).toBe('CompleteCommit');
    expect(markers(cluster, topic)).toEqual([['commit', 1]]);
  });
});

describe('the transaction coordinator', () => {
  test('changes nothing in memory before the followers have the record', () => {
    const cluster = startCluster();
    const client = new TransactionalClient(cluster).find();
    const topic = makeTopic(client);
    client.init(5_000);
    begin(client, topic);
    const followers = [1, 2, 3].filter((id) => id !== client.coordinator);
    for (const id of followers) cluster.world.pause(cluster.nodeOf(id));
    const reply = cluster.send(client.coordinator, Api.endTxn, client.endRequest(true));
    cluster.run(seconds(1));
    expect(client.state()).toBe('Ongoing');
    expect(reply.read()).toBeUndefined();
    for (const id of followers) cluster.world.resume(cluster.nodeOf(id));
    cluster.run(seconds(1));
    expect(reply.read()?.errorCode).toBe('NONE');
    expect(client.state()).toBe('CompleteCommit');
  });

  test('writes its name of a transaction with each record, and none before the first', () => {
    const cluster = startCluster();
    const client = new TransactionalClient(cluster).find();
    const topic = makeTopic(client);
    client.txnUid = 42;
    client.init();
    begin(client, topic);
    client.end(true);
    cluster.run(seconds(1));
    const written = cluster
      .factsOf('batchAppended')
      .flatMap(({ asLeader, batch }) =>
        batch.records.flatMap(({ data }) =>
          asLeader && data !== null && isTransactionData(data) && data.value !== null
            ? [[data.value.state, data.value.txnUid]]
            : [],
        ),
      );
    expect(written).toEqual([
      ['Empty', -1],
      ['Ongoing', 42],
      ['PrepareCommit', 42],
      ['CompleteCommit', 42],
    ]);
  });
});
