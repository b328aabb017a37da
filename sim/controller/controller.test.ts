import { describe, expect, test } from 'vitest';
import { Api } from '../protocol/api.ts';
import { ClusterUnderTest } from './cluster-under-test.ts';

describe('a new cluster', () => {
  test('begins with the feature levels, then min.insync.replicas for all brokers', () => {
    const cluster = new ClusterUnderTest({ configs: { 'min.insync.replicas': '2' } });
    cluster.run(100);
    const [first, ...rest] = cluster.log();
    expect(first).toEqual({
      type: 'FeatureLevelRecord',
      name: 'metadata.version',
      featureLevel: 30,
    });
    expect(rest.at(-1)).toMatchObject({ name: 'min.insync.replicas', value: '2' });
    expect(cluster.factsOf('configChanged')).toMatchObject([{ resource: 'broker', name: '' }]);
  });

  test('without ELR has no such value', () => {
    const cluster = new ClusterUnderTest({ switches: { elr: 'off' } });
    cluster.run(100);
    expect(cluster.log().every(({ type }) => type === 'FeatureLevelRecord')).toBe(true);
  });

  test('writes a no-op every 500 ms, and keeps all but the newest as one', () => {
    const cluster = new ClusterUnderTest();
    cluster.run(10_000);
    expect(cluster.log().filter(({ type }) => type === 'NoOpRecord').length).toBe(2);
    const reply = cluster.fetch({ highWatermark: 0 });
    cluster.run(10);
    expect(reply.read()?.responses[0]?.partitions[0]?.highWatermark).toBeGreaterThan(20);
  });
});

describe('an answer', () => {
  test('comes when the log has committed its records, after the linger of 25 ms', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1]);
    const reply = cluster.send(Api.allocateProducerIds, {
      brokerId: 1,
      brokerEpoch: cluster.epochOf(1),
    });
    cluster.run(20);
    expect(reply.read()).toBeUndefined();
    cluster.run(10);
    expect(reply.read()).toMatchObject({ producerIdStart: 0, producerIdLen: 1000 });
  });

  test('without records of its own waits for what it may rest on', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1]);
    cluster.createWith('t', [1]);
    cluster.run(100);
    const elect = { electionType: 0, topicPartitions: [{ topic: 't', partitions: [0] }] };
    const alone = cluster.send(Api.electLeaders, { ...elect, timeoutMs: 1000 });
    cluster.run(2);
    expect(alone.read()?.replicaElectionResults[0]?.partitionResult[0]?.errorCode).toBe(
      'ELECTION_NOT_NEEDED',
    );
    const ids = { brokerId: 1, brokerEpoch: cluster.epochOf(1) };
    cluster.send(Api.allocateProducerIds, ids, 'other');
    cluster.run(2);
    const behind = cluster.send(Api.electLeaders, { ...elect, timeoutMs: 1000 });
    cluster.run(10);
    expect(behind.read()).toBeUndefined();
    cluster.run(30);
    expect(behind.read()).toBeDefined();
  });

  test('with ctrl.answerBeforeCommit=on waits for nothing', () => {
    const cluster = new ClusterUnderTest({ switches: { 'ctrl.answerBeforeCommit': 'on' } });
    cluster.startBrokers([1]);
    const reply = cluster.send(Api.allocateProducerIds, {
      brokerId: 1,
      brokerEpoch: cluster.epochOf(1),
    });
    cluster.run(1);
    expect(reply.read()?.errorCode).toBe('NONE');
  });

  test('comes in order on one connection, and past a waiting fetch on another', () => {
    const cluster = new ClusterUnderTest({ configs: { 'metadata.max.idle.interval.ms': '0' } });
    cluster.startBrokers([1]);
    cluster.run(100);
    const unknown = { brokerId: 7, brokerEpoch: 1 };
    const end = cluster.log().length + 1;
    const tail = { fetchOffset: end, lastFetchedEpoch: 1, highWatermark: end };
    const fetch = cluster.fetch(tail);
    const behind = cluster.send(Api.allocateProducerIds, unknown, 'tail');
    const aside = cluster.send(Api.allocateProducerIds, unknown, 'aside');
    cluster.run(5);
    expect(aside.read()?.errorCode).toBe('STALE_BROKER_EPOCH');
    expect([fetch.read(), behind.read()]).toEqual([undefined, undefined]);
    cluster.run(500);
    expect(fetch.read()).toBeDefined();
    expect(behind.read()?.errorCode).toBe('STALE_BROKER_EPOCH');
  });

  test('to a request without time is REQUEST_TIMED_OUT', () => {
    const cluster = new ClusterUnderTest();
    const { replicaElectionResults, errorCode } = cluster.ask(Api.electLeaders, {
      electionType: 0,
      topicPartitions: [{ topic: 't', partitions: [0] }],
      timeoutMs: 0,
    });
    expect(errorCode).toBe('REQUEST_TIMED_OUT');
    expect(replicaElectionResults[0]?.partitionResult[0]?.errorCode).toBe('REQUEST_TIMED_OUT');
  });
});

describe('a fetch of the metadata log', () => {
  function fetched(cluster: ClusterUnderTest, partition: object, changes: object = {}) {
    const reply = cluster.fetch(partition, changes);
    cluster.run(5);
    return reply.read();
  }

  test('of another epoch is told which epoch it is', () => {
    const cluster = new ClusterUnderTest();
    const answer = fetched(cluster, { currentLeaderEpoch: 0 })?.responses[0]?.partitions[0];
    expect(answer).toMatchObject({
      errorCode: 'FENCED_LEADER_EPOCH',
      currentLeader: { leaderId: 9, leaderEpoch: 1 },
    });
    const ahead = fetched(cluster, { currentLeaderEpoch: 5 })?.responses[0]?.partitions[0];
    expect(ahead?.errorCode).toBe('UNKNOWN_LEADER_EPOCH');
  });

  test('from past the end is told where the logs diverge', () => {
    const cluster = new ClusterUnderTest({ configs: { 'metadata.max.idle.interval.ms': '0' } });
    cluster.run(100);
    const end = cluster.log().length + 1;
    const partition = { fetchOffset: end + 5, lastFetchedEpoch: 1 };
    expect(fetched(cluster, partition)?.responses[0]?.partitions[0]).toMatchObject({
      errorCode: 'NONE',
      divergingEpoch: { epoch: 1, endOffset: end },
    });
  });

  test('of another cluster, or of nothing that there is, is refused', () => {
    const cluster = new ClusterUnderTest();
    expect(fetched(cluster, {}, { clusterId: 'other' })?.errorCode).toBe('INCONSISTENT_CLUSTER_ID');
    expect(fetched(cluster, {}, { topics: [] })?.errorCode).toBe('INVALID_REQUEST');
  });

  test('at the end waits for the next record', () => {
    const cluster = new ClusterUnderTest({ configs: { 'metadata.max.idle.interval.ms': '0' } });
    cluster.run(100);
    const end = cluster.log().length + 1;
    const partition = { fetchOffset: end, lastFetchedEpoch: 1, highWatermark: end };
    const reply = cluster.fetch(partition);
    cluster.run(100);
    expect(reply.read()).toBeUndefined();
    cluster.register(1);
    cluster.run(5);
    const answer = reply.read()?.responses[0]?.partitions[0];
    expect(answer?.highWatermark).toBe(end + 1);
    expect(answer?.records?.[0]?.baseOffset).toBe(end);
  });
});

describe('a controller that starts again', () => {
  test('has what was committed, and begins a new epoch', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1, 2]);
    cluster.createWith('t', [1, 2]);
    const before = cluster.last('t');
    cluster.crashController();
    cluster.run(100);
    cluster.startController();
    cluster.run(100);
    expect(cluster.last('t')).toEqual(before);
    const reply = cluster.fetch({ currentLeaderEpoch: 0 });
    cluster.run(5);
    const answer = reply.read()?.responses[0]?.partitions[0];
    expect(answer?.currentLeader.leaderEpoch).toBe(2);
  });

  test('has forgotten what was not committed', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1]);
    const ids = { brokerId: 1, brokerEpoch: cluster.epochOf(1) };
    cluster.send(Api.allocateProducerIds, ids);
    cluster.run(5);
    cluster.crashController();
    cluster.run(5);
    cluster.startController();
    expect(cluster.ask(Api.allocateProducerIds, ids)).toMatchObject({ producerIdStart: 0 });
  });

  test('gives the unfenced brokers a session, and only them', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1]);
    cluster.register(2);
    cluster.crashController();
    cluster.run(60_000);
    cluster.startController();
    cluster.run(1000);
    const anew = { incarnationId: 'incarnation-2' };
    expect(cluster.register(1, anew).errorCode).toBe('DUPLICATE_BROKER_REGISTRATION');
    expect(cluster.register(2, anew).errorCode).toBe('NONE');
    cluster.run(12_000);
    expect(cluster.factsOf('brokerFenced').map(({ broker }) => broker)).toContain(1);
  });

  test('with ctrl.trackExtantOnActivate=off never fences a broker that is dead', () => {
    const switches = { 'ctrl.trackExtantOnActivate': 'off' };
    const cluster = new ClusterUnderTest({ switches });
    cluster.startBrokers([1]);
    cluster.crashController();
    cluster.run(1000);
    cluster.startController();
    cluster.run(600_000);
    expect(cluster.factsOf('brokerFenced')).toEqual([]);
  });
});
