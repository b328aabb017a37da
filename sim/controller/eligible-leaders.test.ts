import { describe, expect, test } from 'vitest';
import { Api } from '../protocol/api.ts';
import { ClusterUnderTest } from './cluster-under-test.ts';

const anew = { incarnationId: 'incarnation-2' };

/** Broker 1 alone in the ISR of a topic with min.insync.replicas=2, brokers 2 and 3 eligible. */
function withEligible(switches: object = {}): ClusterUnderTest {
  const cluster = new ClusterUnderTest({ switches });
  cluster.startBrokers([1, 2, 3]);
  cluster.createWith('t', [1, 2, 3], 3);
  cluster.runAlive(12_000, [1]);
  return cluster;
}

describe('a small ISR', () => {
  test('makes those who leave it eligible', () => {
    expect(withEligible().last('t')).toMatchObject({ leader: 1, isr: [1], elr: [2, 3] });
  });

  test('without ELR keeps its last member, with or without leadership', () => {
    const cluster = withEligible({ elr: 'off' });
    cluster.run(12_000);
    const last = cluster.last('t');
    expect(last).toMatchObject({ leader: -1, isr: [1] });
    expect(last).not.toHaveProperty('elr');
  });

  test('is led by an eligible replica that comes back after a clean stop', () => {
    const cluster = withEligible();
    cluster.run(12_000);
    expect(cluster.last('t')).toMatchObject({ leader: -1, isr: [], elr: [1, 2, 3] });
    const previousBrokerEpoch = cluster.epochOf(2);
    cluster.register(2, { ...anew, previousBrokerEpoch });
    cluster.heartbeat(2);
    const last = cluster.last('t');
    expect(last).toMatchObject({ leader: 2, isr: [2], elr: [1, 3] });
    expect(last).not.toHaveProperty('recovering');
  });

  test('is not led by one that comes back after an unclean stop', () => {
    const cluster = withEligible();
    cluster.run(12_000);
    cluster.register(2, anew);
    cluster.heartbeat(2);
    expect(cluster.last('t')).toMatchObject({ leader: -1, isr: [], elr: [1, 3] });
  });

  test('with elr.uncleanStrip=off is led even by that one', () => {
    const cluster = withEligible({ 'elr.uncleanStrip': 'off' });
    cluster.run(12_000);
    cluster.register(2, anew);
    cluster.heartbeat(2);
    expect(cluster.last('t')).toMatchObject({ leader: 2, isr: [2] });
  });
});

test('three replicas that are killed one by one and come back go as in a real cluster', () => {
  const cluster = new ClusterUnderTest();
  cluster.startBrokers([1, 2, 3]);
  cluster.createWith('t', [1, 2, 3], 2);
  cluster.runAlive(12_000, [1, 2]);
  cluster.runAlive(12_000, [1]);
  cluster.run(12_000);
  for (const broker of [3, 2, 1]) {
    cluster.register(broker, { incarnationId: `incarnation-2-of-${broker}` });
    cluster.heartbeat(broker);
  }
  const replicas = [1, 2, 3];
  const led = { leader: 1, replicas };
  const waiting = { leader: -1, leaderEpoch: 1, replicas, isr: [], lastKnownElr: [1] };
  expect(cluster.history('t')).toEqual([
    { ...led, leaderEpoch: 0, partitionEpoch: 0, isr: [1, 2, 3] },
    { ...led, leaderEpoch: 0, partitionEpoch: 1, isr: [1, 2] },
    { ...led, leaderEpoch: 0, partitionEpoch: 2, isr: [1], elr: [2] },
    { ...waiting, partitionEpoch: 3, elr: [1, 2] },
    { ...waiting, partitionEpoch: 4, elr: [1] },
    { ...waiting, partitionEpoch: 5 },
    { ...led, leaderEpoch: 2, partitionEpoch: 6, isr: [1], recovering: true },
  ]);
});

describe('the last known leader', () => {
  function restartedUncleanly(switches: object = {}) {
    const cluster = new ClusterUnderTest({ switches });
    cluster.startBrokers([1, 2]);
    cluster.createWith('t', [1]);
    cluster.runAlive(12_000, [2]);
    cluster.register(1, anew);
    cluster.heartbeat(1);
    return cluster;
  }

  test('is elected when nobody else is left, although it may have lost records', () => {
    const cluster = restartedUncleanly();
    const states = cluster.history('t');
    expect(states.map(({ leader }) => leader)).toEqual([1, -1, -1, 1]);
    expect(states[1]).toMatchObject({ isr: [], elr: [1], lastKnownElr: [1] });
    expect(states[3]).toMatchObject({ isr: [1], recovering: true });
    expect(cluster.factsOf('partitionChanged').map(({ wasUnclean }) => wasUnclean)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  test('with elr.lastKnownLeader=off is not', () => {
    const cluster = restartedUncleanly({ 'elr.lastKnownLeader': 'off' });
    expect(cluster.last('t')).toMatchObject({ leader: -1, lastKnownElr: [1] });
  });

  test('with elr.electFencedLkl=on is elected while it is fenced', () => {
    const cluster = restartedUncleanly({ 'elr.electFencedLkl': 'on' });
    expect(cluster.factsOf('partitionChanged').some(({ wasUnclean }) => wasUnclean)).toBe(true);
  });
});

describe('a change of min.insync.replicas', () => {
  const raise = {
    resources: [
      {
        resourceType: 2,
        resourceName: 't',
        configs: [{ name: 'min.insync.replicas', configOperation: 0, value: '1' }],
      },
    ],
    validateOnly: false,
  };

  test('empties the ELR: a change of its own, and no election', () => {
    const cluster = withEligible();
    const { partitionEpoch = 0 } = cluster.last('t') ?? {};
    cluster.ask(Api.incrementalAlterConfigs, raise);
    expect(cluster.last('t')).toEqual({
      leader: 1,
      leaderEpoch: 0,
      partitionEpoch: partitionEpoch + 1,
      replicas: [1, 2, 3],
      isr: [1],
    });
  });

  /** Found by reading: the index of eligible brokers still knows a topic that is gone. */
  function registerAfterDeletion(switches: object) {
    const cluster = withEligible(switches);
    cluster.ask(Api.incrementalAlterConfigs, raise);
    const topics = [{ name: 't', topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }];
    cluster.ask(Api.deleteTopics, { topics, topicNames: [], timeoutMs: 1000 });
    return { cluster, answer: cluster.register(2, anew) };
  }

  test('and a deletion of the topic later cost the controller its office', () => {
    const { cluster, answer } = registerAfterDeletion({});
    expect(answer.errorCode).toBe('UNKNOWN_SERVER_ERROR');
    expect(cluster.heartbeat(1).errorCode).toBe('NOT_CONTROLLER');
    cluster.run(2000);
    expect(cluster.heartbeat(1).errorCode).toBe('NONE');
    // The next term has replayed the same log.
    expect(cluster.register(2, anew).errorCode).toBe('UNKNOWN_SERVER_ERROR');
  });

  test('with elr.clearKeepsIndex=on do no harm', () => {
    const { answer } = registerAfterDeletion({ 'elr.clearKeepsIndex': 'on' });
    expect(answer.errorCode).toBe('NONE');
  });

  test('is refused for one broker, and cannot be taken from the cluster', () => {
    const cluster = new ClusterUnderTest();
    cluster.startBrokers([1]);
    const change = (resourceName: string, value: string | null) => {
      const configOperation = value === null ? 1 : 0;
      const configs = [{ name: 'min.insync.replicas', configOperation, value }];
      const resources = [{ resourceType: 4, resourceName, configs }];
      const request = { resources, validateOnly: false };
      return cluster.ask(Api.incrementalAlterConfigs, request).responses[0];
    };
    expect(change('1', '2')).toMatchObject({
      errorCode: 'INVALID_CONFIG',
      errorMessage: 'Broker-level min.insync.replicas cannot be altered while ELR is enabled.',
    });
    expect(change('', null)?.errorMessage).toBe(
      'Cluster-level min.insync.replicas cannot be removed while ELR is enabled.',
    );
    expect(change('', '2')?.errorCode).toBe('NONE');
  });
});
