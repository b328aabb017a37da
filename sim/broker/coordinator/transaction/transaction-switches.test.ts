import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../../cluster-under-test.ts';
import { present } from '../../../kernel/assert.ts';
import { milliseconds, seconds } from '../../../kernel/time.ts';
import { Api } from '../../../protocol/api.ts';
import { type Properties } from '../../../protocol/config/config-definition.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type Switches } from '../../../switches/switches.ts';
import { type BrokerId } from '../../../trace.ts';
import {
  type LedTopic,
  type Protocol,
  TransactionalClient,
  transactionProperties,
} from './testing/transactional-client.ts';

interface Started {
  readonly cluster: ClusterUnderTest;
  readonly client: TransactionalClient;
  readonly topic: LedTopic;
}

/** A producer that has its id, and a topic whose one replica is not with its coordinator. */
function start(
  switches: Switches,
  { protocol = 'v2', properties = {} }: { protocol?: Protocol; properties?: Properties } = {},
): Started {
  const cluster = new ClusterUnderTest({
    properties: { ...transactionProperties, ...properties },
    switches,
    features: { 'transaction.version': protocol === 'v1' ? 1 : 2 },
  }).start();
  const client = new TransactionalClient(cluster, protocol).find();
  const leader: BrokerId = client.coordinator === 1 ? 2 : 1;
  const topic = { name: 'orders', topicId: cluster.createWith('orders', [leader]), leader };
  cluster.run(seconds(1));
  client.init();
  return { cluster, client, topic };
}

/** A marker that comes from nowhere, or comes late. */
function sendMarker(
  { cluster, client }: Started,
  place: { readonly to: BrokerId; readonly topic: string },
  marker: { readonly epoch: number; readonly isCommit?: boolean },
): ErrorName {
  const { markers } = cluster.ask(place.to, Api.writeTxnMarkers, {
    markers: [
      {
        producerId: client.producerId,
        producerEpoch: marker.epoch,
        transactionResult: marker.isCommit ?? true,
        topics: [{ name: place.topic, partitionIndexes: [0] }],
        coordinatorEpoch: 1_000,
        transactionVersion: 2,
      },
    ],
  });
  return present(markers[0]?.topics[0]?.partitions[0], 'answer').errorCode;
}

function lastStableOffset(cluster: ClusterUnderTest, name: string): number {
  cluster.inspect();
  return cluster.lastOf('replicaInspected', (fact) => {
    return fact.partition === `${name}-0` && fact.isLeader;
  }).lastStableOffset;
}

/** What the coordinator has in memory. */
function epochInMemory({ cluster }: Started): number {
  cluster.inspect();
  return cluster.lastOf('transactionInspected').producerEpoch;
}

describe('a marker', () => {
  test.each([
    [{}, 'INVALID_PRODUCER_EPOCH', 2],
    [{ 'txn.markerStrict': 'off' }, 'NONE', 4],
  ] as const)('that comes late may not end the next transaction: %o', (switches, error, stable) => {
    const started = start(switches);
    const { cluster, client, topic } = started;
    client.produce(topic);
    client.end(true);
    cluster.run(seconds(1));
    client.produce(topic);
    const place = { to: topic.leader, topic: topic.name };
    expect(sendMarker(started, place, { epoch: client.epoch })).toBe(error);
    expect(lastStableOffset(cluster, topic.name)).toBe(stable);
  });

  test.each([
    [{}, 'NONE'],
    [{ 'txn.markerRetryIdempotent': 'off' }, 'INVALID_PRODUCER_EPOCH'],
  ] as const)('may be written twice: %o', (switches, error) => {
    const started = start(switches);
    const { cluster, client, topic } = started;
    client.produce(topic);
    client.end(true);
    cluster.run(seconds(1));
    const place = { to: topic.leader, topic: topic.name };
    expect(sendMarker(started, place, { epoch: client.epoch })).toBe(error);
  });

  test.each([
    [{}, 'PrepareCommit'],
    [{ 'txn.markerRefusedStuck': 'off' }, 'CompleteCommit'],
  ] as const)('that is refused leaves its transaction as it is: %o', (switches, state) => {
    const started = start(switches);
    const { cluster, client, topic } = started;
    client.produce(topic);
    const place = { to: topic.leader, topic: topic.name };
    expect(sendMarker(started, place, { epoch: 7, isCommit: false })).toBe('NONE');
    client.end(true);
    cluster.run(seconds(5));
    expect(client.state()).toBe(state);
  });

  test.each([
    [{}, 'CompleteCommit', 1],
    [{ 'txn.skipMarkerOfLeaderless': 'off' }, 'PrepareCommit', 0],
  ] as const)('is left out where nobody leads: %o', (switches, state, openAt) => {
    const { cluster, client, topic } = start(switches);
    client.produce(topic);
    cluster.world.crash(cluster.nodeOf(topic.leader));
    cluster.run(seconds(6));
    client.end(true);
    cluster.run(seconds(2));
    expect(client.state()).toBe(state);
    cluster.world.start(cluster.nodeOf(topic.leader));
    cluster.run(seconds(8));
    expect(client.state()).toBe('CompleteCommit');
    expect(lastStableOffset(cluster, topic.name)).toBe(openAt === 1 ? 0 : 2);
  });

  test.each([
    [{}, 0],
    [{ 'txn.lsoOnMarkerAppend': 'on' }, 1],
  ] as const)('counts for readers when it is replicated: %o', (switches, stable) => {
    const started = start(switches);
    const { cluster, client } = started;
    const follower: BrokerId = client.coordinator === 3 ? 2 : 3;
    const leader = [1, 2, 3].find((id) => id !== client.coordinator && id !== follower) ?? 0;
    const topicId = cluster.createWith('payouts', [leader, follower]);
    cluster.run(seconds(1));
    client.produce({ name: 'payouts', topicId, leader });
    cluster.world.pause(cluster.nodeOf(follower));
    cluster.send(leader, Api.writeTxnMarkers, {
      markers: [
        {
          producerId: client.producerId,
          producerEpoch: 1,
          transactionResult: true,
          topics: [{ name: 'payouts', partitionIndexes: [0] }],
          coordinatorEpoch: 0,
          transactionVersion: 2,
        },
      ],
    });
    cluster.run(milliseconds(50));
    expect(lastStableOffset(cluster, 'payouts')).toBe(stable);
  });
});

describe('a leader', () => {
  test.each([
    [{}, 'TRANSACTION_ABORTABLE'],
    [{ 'txn.verify': 'off' }, 'NONE'],
  ] as const)('asks the coordinator before it appends: %o', (switches, error) => {
    const { client, topic } = start(switches, { protocol: 'v1' });
    expect(client.produce(topic)).toBe(error);
  });

  test.each([
    [{}, 1],
    [{ 'txn.delayedFetchAborted': 'off' }, 0],
  ] as const)('names aborted transactions after a wait: %o', (switches, count) => {
    const { cluster, client, topic } = start(switches);
    client.produce(topic);
    const reply = cluster.send(
      topic.leader,
      Api.fetch,
      {
        clusterId: null,
        replicaId: -1,
        replicaState: { replicaId: -1, replicaEpoch: -1 },
        maxWaitMs: 5_000,
        minBytes: 1,
        maxBytes: 1_000_000,
        isolationLevel: 1,
        sessionId: 0,
        sessionEpoch: -1,
        topics: [
          {
            topic: topic.name,
            topicId: topic.topicId,
            partitions: [
              {
                partition: 0,
                currentLeaderEpoch: -1,
                fetchOffset: 0,
                lastFetchedEpoch: -1,
                logStartOffset: -1,
                partitionMaxBytes: 1_000_000,
                replicaDirectoryId: 'AAAAAAAAAAAAAAAAAAAAAA',
                highWatermark: -1,
              },
            ],
          },
        ],
        forgottenTopicsData: [],
        rackId: '',
      },
      { on: 'reader' },
    );
    cluster.run(milliseconds(100));
    expect(reply.read()).toBeUndefined();
    client.end(false);
    cluster.run(seconds(1));
    const read = present(reply.read()?.responses[0]?.partitions[0], 'answer');
    expect(read.abortedTransactions).toHaveLength(count);
  });
});

describe('a coordinator', () => {
  test.each([
    [{}, 'CompleteCommit'],
    [{ 'txn.timestampCheck': 'on' }, 'Ongoing'],
  ] as const)('does not look whether its clock has gone back: %o', (switches, state) => {
    const { cluster, client, topic } = start(switches);
    client.produce(topic);
    cluster.world.node(cluster.nodeOf(client.coordinator)).clock.offsetMs -= 10_000;
    cluster.send(client.coordinator, Api.endTxn, client.endRequest(true));
    cluster.run(seconds(2));
    expect(client.state()).toBe(state);
  });

  test.each([
    [{}, 'Ongoing'],
    [{ 'txn.endTxnEpoch': 'gte' }, 'PrepareCommit'],
  ] as const)('lets only the current epoch end a transaction: %o', (switches, state) => {
    const { client, topic } = start(switches, { protocol: 'v1' });
    client.add(topic);
    client.produce(topic);
    client.epoch += 1;
    expect(client.end(true)).toBe('PRODUCER_FENCED');
    expect(client.state()).toBe(state);
  });

  test.each([
    [{}, 2],
    [{ 'tv2.doubleBump': 'on' }, 3],
  ] as const)('raises the epoch once to fence a producer: %o', (switches, epoch) => {
    const { cluster, client, topic } = start(switches);
    client.produce(topic);
    expect(new TransactionalClient(cluster).find().init().epoch).toBe(epoch);
  });

  test.each([
    [{}, 1],
    [{ 'txn.bumpOnFailedFence': 'on' }, 2],
  ] as const)('uses up one epoch for a fence that fails: %o', (switches, epoch) => {
    const started = start(switches, { protocol: 'v1' });
    const { cluster, client, topic } = started;
    client.add(topic);
    client.produce(topic);
    for (const id of [1, 2, 3]) {
      if (id !== client.coordinator) cluster.world.crash(cluster.nodeOf(id));
    }
    cluster.run(seconds(6));
    const next = new TransactionalClient(cluster, 'v1');
    next.coordinator = client.coordinator;
    expect(next.tryInit()).toBe('COORDINATOR_NOT_AVAILABLE');
    expect(next.tryInit()).toBe('COORDINATOR_NOT_AVAILABLE');
    expect(epochInMemory(started)).toBe(epoch);
  });

  test.each([
    [{}, 'PRODUCER_FENCED'],
    [{ 'tv2.persistLastEpoch': 'on' }, 'NONE'],
  ] as const)('knows no retry of what another has answered: %o', (switches, error) => {
    const { cluster, client, topic } = start(switches);
    const { epoch } = client;
    expect(client.tryInit(60_000, epoch)).toBe('NONE');
    cluster.world.crash(cluster.nodeOf(client.coordinator));
    cluster.run(seconds(5));
    client.find(topic.leader);
    expect(client.tryInit(60_000, epoch)).toBe(error);
  });

  test.each([
    [{}, 'NONE'],
    [{ 'txn.clearPendingOnFail': 'off' }, 'CONCURRENT_TRANSACTIONS'],
  ] as const)('tries again to forget an id: %o', (switches, error) => {
    const { cluster, client } = start(switches, {
      properties: {
        'transactional.id.expiration.ms': '1000',
        'transaction.remove.expired.transaction.cleanup.interval.ms': '2000',
      },
    });
    const others = [1, 2, 3].filter((id) => id !== client.coordinator);
    for (const id of others) cluster.world.crash(cluster.nodeOf(id));
    cluster.run(seconds(7));
    for (const id of others) cluster.world.start(cluster.nodeOf(id));
    cluster.run(milliseconds(1_500));
    client.find(client.coordinator);
    expect(client.tryInit()).toBe(error);
  });
});
