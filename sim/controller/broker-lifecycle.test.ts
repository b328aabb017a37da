import { describe, expect, test } from 'vitest';
import { Api } from '../protocol/api.ts';
import { ClusterUnderTest } from './cluster-under-test.ts';

const anew = { incarnationId: 'incarnation-2' };

describe('a registration', () => {
  test('gives the offset of its first record as broker epoch', () => {
    const cluster = new ClusterUnderTest({ configs: { 'metadata.max.idle.interval.ms': '0' } });
    cluster.run(100);
    const next = cluster.log().length + 1;
    expect(cluster.register(1)).toMatchObject({ errorCode: 'NONE', brokerEpoch: next });
    expect(cluster.factsOf('brokerRegistered')).toEqual([
      { kind: 'brokerRegistered', broker: 1, brokerEpoch: next, wasClean: false },
    ]);
  });

  test('of the same life keeps the broker epoch', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1]);
    const { brokerEpoch } = cluster.register(1);
    expect(brokerEpoch).toBe(cluster.epochOf(1));
    expect(cluster.factsOf('brokerRegistered').length).toBe(1);
  });

  test('of a new life is refused until the session of the old one is over, also after a clean stop', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1, 2]);
    expect(cluster.heartbeat(1, { wantShutDown: true }).shouldShutDown).toBe(true);
    expect(cluster.register(1, anew).errorCode).toBe('DUPLICATE_BROKER_REGISTRATION');
    cluster.runAlive(9_000, [2]);
    expect(cluster.register(1, anew).errorCode).toBe('NONE');
  });

  test('needs directories of its own and the features of the cluster', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1]);
    const errorOf = (changes: object) => cluster.register(2, changes).errorCode;
    expect(errorOf({ clusterId: 'other' })).toBe('INCONSISTENT_CLUSTER_ID');
    expect(errorOf({ isMigratingZkBroker: true })).toBe('BROKER_ID_NOT_REGISTERED');
    expect(errorOf({ logDirs: [] })).toBe('INVALID_REGISTRATION');
    expect(errorOf({ logDirs: ['directory-of-1'] })).toBe('INVALID_REGISTRATION');
    expect(errorOf({ logDirs: ['AAAAAAAAAAAAAAAAAAAAAQ'] })).toBe('INVALID_REGISTRATION');
    expect(errorOf({ features: [] })).toBe('INVALID_REGISTRATION');
    const old = { name: 'metadata.version', minSupportedVersion: 7, maxSupportedVersion: 20 };
    expect(errorOf({ features: [old] })).toBe('UNSUPPORTED_VERSION');
  });
});

describe('a heartbeat', () => {
  test('unfences a broker that has read its own registration', () => {
    const cluster = new ClusterUnderTest();
    const { brokerEpoch } = cluster.register(1);
    const behind = cluster.heartbeat(1, { currentMetadataOffset: brokerEpoch - 1 });
    expect(behind).toMatchObject({ isCaughtUp: false, isFenced: true });
    const there = cluster.heartbeat(1, { currentMetadataOffset: brokerEpoch });
    expect(there).toMatchObject({ isCaughtUp: true, isFenced: false });
    expect(cluster.factsOf('brokerUnfenced').length).toBe(1);
  });

  test('with ctrl.unfenceAt=logEnd must have read everything', () => {
    const cluster = new ClusterUnderTest({ switches: { 'ctrl.unfenceAt': 'logEnd' } });
    const { brokerEpoch } = cluster.register(1);
    cluster.run(2000);
    const { isFenced } = cluster.heartbeat(1, { currentMetadataOffset: brokerEpoch });
    expect(isFenced).toBe(true);
  });

  test('of another life is STALE_BROKER_EPOCH', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1]);
    expect(cluster.heartbeat(1, { brokerEpoch: 0 }).errorCode).toBe('STALE_BROKER_EPOCH');
    expect(cluster.heartbeat(2).errorCode).toBe('STALE_BROKER_EPOCH');
  });

  test('that does not come for a session costs ISR, leadership and service', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1, 2]);
    cluster.createWith('t', [1, 2]);
    cluster.runAlive(12_000, [2]);
    expect(cluster.last('t')).toEqual({
      leader: 2,
      leaderEpoch: 1,
      partitionEpoch: 1,
      replicas: [1, 2],
      isr: [2],
    });
    expect(cluster.factsOf('brokerFenced')).toEqual([{ kind: 'brokerFenced', broker: 1 }]);
  });
});

describe('brokers whose sessions end together', () => {
  function afterBoth(switches: object) {
    const cluster = new ClusterUnderTest({ switches });
    cluster.startBrokers([1, 2, 3]);
    cluster.createWith('a', [1, 2, 3]);
    cluster.createWith('b', [2, 1, 3]);
    cluster.runAlive(12_000, [3]);
    return [cluster.last('a')?.leader, cluster.last('b')?.leader];
  }

  test('are fenced one after the other', () => {
    expect(afterBoth({})).toEqual([3, 3]);
  });

  test('with ctrl.batchFencing=staleState leave leaders that are dead', () => {
    expect(afterBoth({ 'ctrl.batchFencing': 'staleState' })).not.toEqual([3, 3]);
  });
});

describe('controlled shutdown', () => {
  test('moves the leaderships first, and waits until the active brokers know', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1, 2]);
    cluster.createWith('t', [1, 2]);
    const asked = cluster.heartbeat(1, { wantShutDown: true });
    expect(asked).toMatchObject({ isFenced: false, shouldShutDown: false });
    expect(cluster.last('t')).toMatchObject({ leader: 2, isr: [2] });
    expect(cluster.factsOf('brokerInControlledShutdown').length).toBe(1);

    cluster.heartbeat(2, { currentMetadataOffset: 3 });
    expect(cluster.heartbeat(1, { wantShutDown: true }).shouldShutDown).toBe(false);
    cluster.heartbeat(2);
    const granted = cluster.heartbeat(1, { wantShutDown: true });
    expect(granted).toMatchObject({ isFenced: true, shouldShutDown: true });
  });

  test('is forgotten by a controller that starts anew, which grants it at once', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1, 2]);
    cluster.createWith('t', [1, 2]);
    cluster.heartbeat(1, { wantShutDown: true });
    cluster.crashController();
    cluster.run(100);
    cluster.startController();
    cluster.run(100);
    expect(cluster.heartbeat(1, { wantShutDown: true }).shouldShutDown).toBe(true);
  });
});

describe('an unregistered broker', () => {
  test('leaves the ISRs and is not known any more', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1, 2]);
    cluster.createWith('t', [1, 2]);
    expect(cluster.ask(Api.unregisterBroker, { brokerId: 1 }).errorCode).toBe('NONE');
    expect(cluster.last('t')).toMatchObject({ leader: 2, isr: [2] });
    expect(cluster.heartbeat(1).errorCode).toBe('STALE_BROKER_EPOCH');
    expect(cluster.ask(Api.unregisterBroker, { brokerId: 1 })).toMatchObject({
      errorCode: 'BROKER_ID_NOT_REGISTERED',
      errorMessage: 'Broker ID 1 is not currently registered',
    });
  });
});

describe('a log directory that fails', () => {
  test('moves the leaderships of what lies in it', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1, 2]);
    cluster.createWith('t', [1, 2]);
    cluster.heartbeat(1, { offlineLogDirs: ['directory-of-1'] });
    expect(cluster.last('t')).toMatchObject({ leader: 2, isr: [2] });
  });
});
