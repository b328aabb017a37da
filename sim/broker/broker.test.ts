import { describe, expect, test } from 'vitest';

import { ClusterUnderTest } from '../cluster-under-test.ts';
import { milliseconds, seconds } from '../kernel/time.ts';
import { Api } from '../protocol/api.ts';
import { BatchBuilder, type BatchProducer, noProducer } from '../protocol/batch-builder.ts';
import { type ErrorName } from '../protocol/errors.ts';
import { type PartitionData } from '../protocol/messages/fetch-response.ts';
import { type ProduceRequest } from '../protocol/messages/produce-request.ts';
import { type PartitionProduceResponse } from '../protocol/messages/produce-response.ts';
import { type BrokerId, type FactOf } from '../trace.ts';

describe('a cluster of three brokers', () => {
  test('serves a produce with acks=all from all replicas, and consumers up to the high watermark', () => {
    const cluster = new ClusterUnderTest().start();
    const topicId = cluster.createWith('orders', [1, 2, 3], 2);
    expect(produce(cluster, 1, topicId, ['a', 'b'])).toMatchObject({
      errorCode: 'NONE',
      baseOffset: 0,
    });
    expect(values(consume(cluster, 1, topicId, 0))).toEqual(['a', 'b']);
    cluster.run(seconds(1));
    cluster.inspect();
    const ends = inspected(cluster, 'orders-0').map((replica) => replica.logEndOffset);
    expect(ends).toEqual([2, 2, 2]);
    const marks = inspected(cluster, 'orders-0').map((replica) => replica.highWatermark);
    expect(marks).toEqual([2, 2, 2]);
  });

  test('answers Metadata with leaders, ISR and brokers', () => {
    const cluster = new ClusterUnderTest().start();
    cluster.createWith('orders', [2, 3]);
    const answer = cluster.ask(3, Api.metadata, {
      topics: [{ name: 'orders', topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }],
      allowAutoTopicCreation: false,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    });
    expect(answer.brokers.map(({ nodeId }) => nodeId)).toEqual([1, 2, 3]);
    expect(answer.topics[0]?.partitions[0]).toMatchObject({
      errorCode: 'NONE',
      leaderId: 2,
      leaderEpoch: 0,
      replicaNodes: [2, 3],
      isrNodes: [2, 3],
    });
  });

  test('creates a topic that Metadata names, and does not know it at once', () => {
    const cluster = new ClusterUnderTest().start();
    expect(metadataError(cluster, 1, 'made')).toBe('UNKNOWN_TOPIC_OR_PARTITION');
    cluster.run(seconds(1));
    expect(metadataError(cluster, 2, 'made')).toBe('NONE');
    expect(metadataError(cluster, 2, 'not made?')).toBe('INVALID_TOPIC_EXCEPTION');
  });

  test('says who leads to a client that asks another broker', () => {
    const cluster = new ClusterUnderTest().start();
    const topicId = cluster.createWith('orders', [1, 2]);
    const answer = cluster.ask(3, Api.produce, produceRequest(topicId, ['a']));
    expect(answer.responses[0]?.partitionResponses[0]).toMatchObject({
      errorCode: 'NOT_LEADER_OR_FOLLOWER',
      logStartOffset: -1,
      currentLeader: { leaderId: 1, leaderEpoch: 0 },
    });
    expect(answer.nodeEndpoints.map(({ nodeId }) => nodeId)).toEqual([1]);
  });

  test('gives a producer id at the second try, from blocks that never overlap', () => {
    const cluster = new ClusterUnderTest().start();
    const ids = [1, 2].map((broker) => {
      expect(initProducerId(cluster, broker).errorCode).toBe('COORDINATOR_LOAD_IN_PROGRESS');
      cluster.run(milliseconds(100));
      return initProducerId(cluster, broker).producerId;
    });
    expect(ids).toEqual([0, 1000]);
  });

  test('recognizes a batch that it has already', () => {
    const cluster = new ClusterUnderTest().start();
    const topicId = cluster.createWith('orders', [1, 2]);
    const producer = { ...noProducer, producerId: 7, producerEpoch: 0, baseSequence: 0 };
    const first = produce(cluster, 1, topicId, ['a'], { producer });
    // The answer to a duplicate has the first one's timestamp where the first answer has none.
    const again = produce(cluster, 1, topicId, ['a'], { producer });
    expect({ ...again, logAppendTimeMs: -1 }).toEqual(first);
    expect(
      produce(cluster, 1, topicId, ['c'], { producer: { ...producer, baseSequence: 2 } }),
    ).toMatchObject({ errorCode: 'OUT_OF_ORDER_SEQUENCE_NUMBER', baseOffset: -1 });
  });
});

describe('a leader', () => {
  test('answers the requests of one connection in order, though the first has to wait', () => {
    const cluster = new ClusterUnderTest().start();
    const topicId = cluster.createWith('orders', [1, 2, 3]);
    cluster.world.pause(cluster.nodeOf(2));
    const parked = cluster.send(
      1,
      Api.produce,
      produceRequest(topicId, ['a'], { timeoutMs: 2_000 }),
    );
    const behind = cluster.send(1, Api.metadata, allTopics);
    const besides = cluster.send(1, Api.metadata, allTopics, { on: 'other' });
    cluster.run(seconds(1));
    expect([parked.read(), behind.read()]).toEqual([undefined, undefined]);
    expect(besides.read()).toBeDefined();
    cluster.run(seconds(2));
    expect(parked.read()?.responses[0]?.partitionResponses[0]?.errorCode).toBe('REQUEST_TIMED_OUT');
    expect(behind.read()).toBeDefined();
  });

  test('removes a follower that has fallen behind from the ISR, and takes it back when it has caught up', () => {
    const cluster = new ClusterUnderTest({
      properties: { 'replica.lag.time.max.ms': '4000' },
    }).start();
    const topicId = cluster.createWith('orders', [1, 2, 3]);
    cluster.world.cut(cluster.nodeOf(1), cluster.nodeOf(3));
    produce(cluster, 1, topicId, ['a'], { acks: 1 });
    cluster.run(seconds(8));
    expect(lastIsr(cluster)).toEqual([1, 2]);
    expect(values(consume(cluster, 1, topicId, 0))).toEqual(['a']);
    cluster.world.heal(cluster.nodeOf(1), cluster.nodeOf(3));
    cluster.run(seconds(40));
    expect(lastIsr(cluster)).toEqual([1, 2, 3]);
  });

  test('refuses acks=all below min.insync.replicas, and keeps its high watermark (KIP-966)', () => {
    const cluster = new ClusterUnderTest({
      properties: { 'replica.lag.time.max.ms': '4000' },
    }).start();
    const topicId = cluster.createWith('orders', [1, 2], 2);
    cluster.world.crash(cluster.nodeOf(2));
    cluster.run(seconds(15));
    expect(lastIsr(cluster)).toEqual([1]);
    expect(produce(cluster, 1, topicId, ['a']).errorCode).toBe('NOT_ENOUGH_REPLICAS');
    expect(produce(cluster, 1, topicId, ['a'], { acks: 1 }).errorCode).toBe('NONE');
    expect(consume(cluster, 1, topicId, 0).highWatermark).toBe(0);
  });

  test('hands over when it is killed, and cuts what nobody has when it is back', () => {
    const cluster = new ClusterUnderTest().start();
    const topicId = cluster.createWith('orders', [1, 2, 3]);
    produce(cluster, 1, topicId, ['a']);
    // Not the fetches are cut off but their answers: one waits at the leader for the next record.
    for (const follower of [2, 3]) cluster.world.cut(cluster.nodeOf(1), cluster.nodeOf(follower));
    produce(cluster, 1, topicId, ['lost'], { acks: 1 });
    cluster.world.crash(cluster.nodeOf(1));
    cluster.run(seconds(15));
    for (const follower of [2, 3]) cluster.world.heal(cluster.nodeOf(1), cluster.nodeOf(follower));
    const leader = cluster.lastOf('partitionChanged').leader;
    expect([2, 3]).toContain(leader);
    expect(produce(cluster, leader, topicId, ['b'])).toMatchObject({
      errorCode: 'NONE',
      baseOffset: 1,
    });
    cluster.world.start(cluster.nodeOf(1));
    cluster.run(seconds(30));
    expect(cluster.lastOf('logTruncated')).toMatchObject({
      broker: 1,
      from: 2,
      to: 1,
      why: 'diverged',
    });
    cluster.inspect();
    const logs = inspected(cluster, 'orders-0').map(({ batches }) =>
      batches.map(({ records }) => records[0]?.value),
    );
    expect(logs).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(lastIsr(cluster)).toEqual([1, 2, 3]);
  });

  test('gives its partitions away before it stops, and remembers a clean end', () => {
    const cluster = new ClusterUnderTest().start();
    const topicId = cluster.createWith('orders', [1, 2, 3]);
    produce(cluster, 1, topicId, ['a']);
    cluster.world.stop(cluster.nodeOf(1));
    cluster.runUntil(() => cluster.world.node(cluster.nodeOf(1)).state === 'down', seconds(5));
    const leader = cluster.lastOf('partitionChanged').leader;
    expect([2, 3]).toContain(leader);
    expect(produce(cluster, leader, topicId, ['b']).errorCode).toBe('NONE');
    cluster.world.start(cluster.nodeOf(1));
    cluster.run(seconds(30));
    expect(cluster.lastOf('brokerRegistered', ({ broker }) => broker === 1).wasClean).toBe(true);
    expect(cluster.lastOf('logLoaded', ({ broker }) => broker === 1)).toMatchObject({
      wasClean: true,
      logEndOffset: 1,
    });
    expect(lastIsr(cluster)).toEqual([1, 2, 3]);
  });
});

describe('a follower', () => {
  test('is where a consumer in its rack is sent, and serves it (KIP-392)', () => {
    const cluster = new ClusterUnderTest({
      racks: ['a', 'b', 'c'],
      properties: {
        'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector',
      },
    }).start();
    const topicId = cluster.createWith('orders', [1, 2, 3]);
    produce(cluster, 1, topicId, ['a']);
    cluster.run(seconds(1));
    const sent = consume(cluster, 1, topicId, 0, { rackId: 'b' });
    expect(sent).toMatchObject({ preferredReadReplica: 2, highWatermark: 1 });
    expect(sent.records).toEqual([]);
    expect(values(consume(cluster, 2, topicId, 0, { rackId: 'b' }))).toEqual(['a']);
    expect(values(consume(cluster, 1, topicId, 0, { rackId: 'a' }))).toEqual(['a']);
  });
});

describe('a topic', () => {
  test('that is deleted and made again under its name is another', () => {
    const cluster = new ClusterUnderTest().start();
    const old = cluster.createWith('orders', [1, 2]);
    produce(cluster, 1, old, ['a']);
    cluster.ask(1, Api.deleteTopics, {
      topics: [{ name: 'orders', topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }],
      topicNames: [],
      timeoutMs: 5_000,
    });
    cluster.run(seconds(1));
    const made = cluster.createWith('orders', [1, 2]);
    expect(made).not.toBe(old);
    expect(produce(cluster, 1, old, ['x']).errorCode).toBe('UNKNOWN_TOPIC_ID');
    expect(produce(cluster, 1, made, ['b'])).toMatchObject({ errorCode: 'NONE', baseOffset: 0 });
  });
});

test('the same seed is the same run', () => {
  const fingerprints = ['a', 'a', 'b'].map((seed) => {
    const cluster = new ClusterUnderTest({ seed }).start();
    const topicId = cluster.createWith('orders', [1, 2, 3]);
    produce(cluster, 1, topicId, ['a']);
    cluster.run(seconds(5));
    return cluster.world.fingerprint.digest();
  });
  expect(fingerprints[0]).toBe(fingerprints[1]);
  expect(fingerprints[0]).not.toBe(fingerprints[2]);
});

const allTopics = {
  topics: null,
  allowAutoTopicCreation: false,
  includeClusterAuthorizedOperations: false,
  includeTopicAuthorizedOperations: false,
};

interface ProduceOptions {
  readonly acks?: number;
  readonly timeoutMs?: number;
  readonly producer?: BatchProducer;
}

function produceRequest(
  topicId: string,
  payload: readonly string[],
  { acks = -1, timeoutMs = 30_000, producer = noProducer }: ProduceOptions = {},
): ProduceRequest {
  const builder = new BatchBuilder({ writeLimitBytes: 1_000_000 });
  for (const value of payload) builder.append(1_000, { key: null, value, headers: [] });
  const records = [builder.build(producer)];
  return {
    transactionalId: null,
    acks,
    timeoutMs,
    topicData: [{ name: '', topicId, partitionData: [{ index: 0, records }] }],
  };
}

function produce(
  cluster: ClusterUnderTest,
  to: BrokerId,
  topicId: string,
  payload: readonly string[],
  options: ProduceOptions = {},
): PartitionProduceResponse {
  const answer = cluster.ask(to, Api.produce, produceRequest(topicId, payload, options));
  const partition = answer.responses[0]?.partitionResponses[0];
  if (partition === undefined) throw new Error('no partition in the answer');
  return partition;
}

function consume(
  cluster: ClusterUnderTest,
  from: BrokerId,
  topicId: string,
  fetchOffset: number,
  { rackId = '' }: { readonly rackId?: string } = {},
): PartitionData {
  const answer = cluster.ask(from, Api.fetch, {
    clusterId: null,
    replicaId: -1,
    replicaState: { replicaId: -1, replicaEpoch: -1 },
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes: 1_000_000,
    isolationLevel: 0,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [
      {
        topic: '',
        topicId,
        partitions: [
          {
            partition: 0,
            currentLeaderEpoch: -1,
            fetchOffset,
            lastFetchedEpoch: -1,
            logStartOffset: -1,
            partitionMaxBytes: 1_000_000,
            replicaDirectoryId: '',
            highWatermark: -1,
          },
        ],
      },
    ],
    forgottenTopicsData: [],
    rackId,
  });
  const partition = answer.responses[0]?.partitions[0];
  if (partition === undefined) throw new Error('no partition in the answer');
  return partition;
}

function values({ records }: PartitionData): (string | null)[] {
  return (records ?? []).flatMap((batch) => batch.records.map(({ value }) => value));
}

function metadataError(cluster: ClusterUnderTest, broker: BrokerId, name: string): ErrorName {
  const answer = cluster.ask(broker, Api.metadata, {
    ...allTopics,
    topics: [{ name, topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    allowAutoTopicCreation: true,
  });
  return answer.topics[0]?.errorCode ?? 'UNKNOWN_SERVER_ERROR';
}

function initProducerId(
  cluster: ClusterUnderTest,
  broker: BrokerId,
): { errorCode: ErrorName; producerId: number } {
  return cluster.ask(broker, Api.initProducerId, {
    transactionalId: null,
    transactionTimeoutMs: 60_000,
    producerId: -1,
    producerEpoch: -1,
    enable2Pc: false,
    keepPreparedTxn: false,
  });
}

/** The last inspection of each replica of the partition, by broker. */
function inspected(cluster: ClusterUnderTest, partition: string): FactOf<'replicaInspected'>[] {
  const byBroker = new Map<BrokerId, FactOf<'replicaInspected'>>();
  for (const fact of cluster.factsOf('replicaInspected')) {
    if (fact.partition === partition) byBroker.set(fact.broker, fact);
  }
  return [...byBroker.values()].sort((a, b) => a.broker - b.broker);
}

function lastIsr(cluster: ClusterUnderTest): readonly BrokerId[] {
  return cluster.lastOf('partitionChanged').isr;
}
