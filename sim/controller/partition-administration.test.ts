import { describe, expect, test } from 'vitest';
import { Api } from '../protocol/api.ts';
import { ClusterUnderTest } from './cluster-under-test.ts';

function threeBrokers(configs: Record<string, string> = {}): ClusterUnderTest {
  const cluster = new ClusterUnderTest({ configs });
  cluster.startBrokers([1, 2, 3]);
  return cluster;
}

describe('ElectLeaders', () => {
  function elect(cluster: ClusterUnderTest, electionType: number, partition = 0) {
    const topicPartitions = [{ topic: 't', partitions: [partition] }];
    const answer = cluster.ask(Api.electLeaders, {
      electionType,
      topicPartitions,
      timeoutMs: 1000,
    });
    return answer.replicaElectionResults[0]?.partitionResult[0];
  }

  test('moves to the first replica if it is in sync', () => {
    const cluster = threeBrokers();
    cluster.createWith('t', [1, 2]);
    expect(elect(cluster, 0)).toMatchObject({
      errorCode: 'ELECTION_NOT_NEEDED',
      errorMessage: 'Leader election not needed for topic partition.',
    });
    cluster.heartbeat(1, { wantFence: true });
    expect(elect(cluster, 0)?.errorCode).toBe('PREFERRED_LEADER_NOT_AVAILABLE');
    expect(elect(cluster, 1)?.errorCode).toBe('ELECTION_NOT_NEEDED');
    expect(elect(cluster, 0, 5)?.errorMessage).toBe('No such partition as t-5');
    expect(elect(cluster, 5)).toMatchObject({
      errorCode: 'INVALID_REQUEST',
      errorMessage: 'Unknown election type 5',
    });
  });

  test('takes any replica that is alive when asked for an unclean election', () => {
    const cluster = threeBrokers();
    cluster.createWith('t', [1, 2]);
    cluster.heartbeat(2, { wantFence: true });
    cluster.heartbeat(1, { wantFence: true });
    expect(elect(cluster, 1)?.errorCode).toBe('ELIGIBLE_LEADERS_NOT_AVAILABLE');
    cluster.heartbeat(2);
    expect(cluster.last('t')).toMatchObject({ leader: -1, isr: [], elr: [1] });
    expect(elect(cluster, 1)?.errorCode).toBe('NONE');
    expect(cluster.last('t')).toMatchObject({ leader: 2, isr: [2], recovering: true });
  });

  test('goes by itself for preferred leaders every 300 s', () => {
    const cluster = threeBrokers();
    cluster.createWith('t', [1, 2]);
    cluster.heartbeat(1, { wantFence: true });
    const topicId = cluster.factsOf('topicCreated')[0]?.topicId ?? '';
    cluster.heartbeat(1);
    cluster.ask(Api.alterPartition, {
      brokerId: 2,
      brokerEpoch: cluster.epochOf(2),
      topics: [
        {
          topicId,
          partitions: [
            {
              partitionIndex: 0,
              leaderEpoch: 1,
              newIsr: [],
              newIsrWithEpochs: [1, 2].map((brokerId) => ({ brokerId, brokerEpoch: -1 })),
              leaderRecoveryState: 0,
              partitionEpoch: 1,
            },
          ],
        },
      ],
    });
    expect(cluster.last('t')).toMatchObject({ leader: 2, isr: [1, 2] });
    cluster.runAlive(301_000, [1, 2, 3]);
    expect(cluster.last('t')).toMatchObject({ leader: 1, leaderEpoch: 2, isr: [1, 2] });
  });

  test('goes by itself uncleanly where that is allowed', () => {
    const cluster = threeBrokers({ 'unclean.leader.election.enable': 'true' });
    cluster.createWith('t', [1, 2]);
    cluster.heartbeat(2, { wantFence: true });
    cluster.heartbeat(2);
    cluster.heartbeat(1, { wantFence: true });
    expect(cluster.last('t')).toMatchObject({ leader: 2, isr: [2], recovering: true });
  });
});

describe('AlterPartitionReassignments', () => {
  function reassign(
    cluster: ClusterUnderTest,
    replicas: number[] | null,
    allowReplicationFactorChange = true,
  ) {
    const topics = [{ name: 't', partitions: [{ partitionIndex: 0, replicas }] }];
    const request = { timeoutMs: 1000, allowReplicationFactorChange, topics };
    return cluster.ask(Api.alterPartitionReassignments, request).responses[0]?.partitions[0];
  }

  test('waits for the new replica, and can be taken back for a leader epoch', () => {
    const cluster = threeBrokers();
    cluster.createWith('t', [1, 2]);
    expect(reassign(cluster, null)?.errorCode).toBe('NO_REASSIGNMENT_IN_PROGRESS');
    expect(reassign(cluster, [1, 3])?.errorCode).toBe('NONE');
    expect(cluster.last('t')).toMatchObject({ replicas: [1, 3, 2], adding: [3], removing: [2] });
    expect(reassign(cluster, null)?.errorCode).toBe('NONE');
    expect(cluster.last('t')).toEqual({
      leader: 1,
      leaderEpoch: 1,
      partitionEpoch: 2,
      replicas: [1, 2],
      isr: [1, 2],
    });
  });

  test('refuses what cannot be', () => {
    const cluster = threeBrokers();
    cluster.createWith('t', [1, 2]);
    expect(reassign(cluster, [1, 9])?.errorCode).toBe('INVALID_REPLICA_ASSIGNMENT');
    expect(reassign(cluster, [])?.errorCode).toBe('INVALID_REPLICA_ASSIGNMENT');
    expect(reassign(cluster, [1], false)).toMatchObject({
      errorCode: 'INVALID_REPLICATION_FACTOR',
      errorMessage: 'The replication factor is changed from 2 to 1',
    });
  });

  test('that only changes the order is done at once', () => {
    const cluster = threeBrokers();
    cluster.createWith('t', [1, 2]);
    reassign(cluster, [2, 1]);
    const last = cluster.last('t');
    expect(last).toMatchObject({ replicas: [2, 1], leader: 1, leaderEpoch: 0 });
    expect(last).not.toHaveProperty('adding');
  });
});

describe('ListPartitionReassignments', () => {
  test('names the partitions that are being moved, all or of those that are asked for', () => {
    const cluster = threeBrokers();
    cluster.createWith('still', [1, 2]);
    cluster.createWith('moving', [1, 2]);
    cluster.ask(Api.alterPartitionReassignments, {
      timeoutMs: 1000,
      allowReplicationFactorChange: true,
      topics: [{ name: 'moving', partitions: [{ partitionIndex: 0, replicas: [1, 3] }] }],
    });
    const list = (topics: { name: string; partitionIndexes: number[] }[] | null): unknown =>
      cluster.ask(Api.listPartitionReassignments, { timeoutMs: 1000, topics }).topics;
    const moving = {
      name: 'moving',
      partitions: [
        { partitionIndex: 0, replicas: [1, 3, 2], addingReplicas: [3], removingReplicas: [2] },
      ],
    };
    expect(list(null)).toEqual([moving]);
    expect(list([{ name: 'moving', partitionIndexes: [1, 0] }])).toEqual([moving]);
    expect(list([{ name: 'still', partitionIndexes: [0] }])).toEqual([]);
    expect(list([{ name: 'nowhere', partitionIndexes: [0] }])).toEqual([]);
  });
});

describe('IncrementalAlterConfigs', () => {
  function alter(
    cluster: ClusterUnderTest,
    [resourceType, resourceName]: [number, string],
    ...configs: [string, number, string | null][]
  ) {
    const changes = configs.map(([name, configOperation, value]) => {
      return { name, configOperation, value };
    });
    const resources = [{ resourceType, resourceName, configs: changes }];
    const request = { resources, validateOnly: false };
    return cluster.ask(Api.incrementalAlterConfigs, request).responses[0];
  }

  const topic: [number, string] = [2, 't'];

  function configRecords(cluster: ClusterUnderTest) {
    return cluster
      .log()
      .filter((record) => record.type === 'ConfigRecord')
      .filter(({ resourceName }) => resourceName === 't')
      .map(({ name, value }) => [name, value]);
  }

  test('sets, deletes, appends and subtracts', () => {
    const cluster = threeBrokers();
    cluster.createWith('t', [1]);
    alter(cluster, topic, ['cleanup.policy', 2, 'compact']);
    alter(cluster, topic, ['cleanup.policy', 3, 'delete']);
    alter(cluster, topic, ['retention.ms', 0, '1000']);
    alter(cluster, topic, ['retention.ms', 0, '1000']);
    alter(cluster, topic, ['retention.ms', 1, null]);
    expect(configRecords(cluster)).toEqual([
      ['cleanup.policy', 'delete,compact'],
      ['cleanup.policy', 'compact'],
      ['retention.ms', '1000'],
      ['retention.ms', null],
    ]);
    expect(alter(cluster, topic, ['retention.ms', 2, '1'])?.errorMessage).toBe(
      "Can't APPEND to key retention.ms because its type is not LIST.",
    );
  });

  test('changes all of a resource or nothing', () => {
    const cluster = threeBrokers();
    cluster.createWith('t', [1]);
    const answer = alter(
      cluster,
      topic,
      ['retention.ms', 0, '1000'],
      ['min.insync.replicas', 0, '0'],
    );
    expect(answer).toMatchObject({
      errorCode: 'INVALID_CONFIG',
      errorMessage:
        'Invalid value 0 for configuration min.insync.replicas: Value must be at least 1',
    });
    expect(configRecords(cluster)).toEqual([]);
  });

  test('writes a value of a broker again, so that brokers read it again', () => {
    const cluster = threeBrokers();
    const change = (): void => {
      alter(cluster, [4, '1'], ['num.io.threads', 0, '4']);
    };
    change();
    change();
    expect(cluster.factsOf('configChanged').filter(({ key }) => key === 'num.io.threads')).toEqual(
      Array.from({ length: 2 }, () => ({
        kind: 'configChanged',
        resource: 'broker',
        name: '1',
        key: 'num.io.threads',
        value: '4',
      })),
    );
  });

  test('checks what a group may be given', () => {
    const change = ['consumer.heartbeat.interval.ms', 0, '100'] as const;
    expect(alter(threeBrokers(), [32, 'g'], [...change])).toMatchObject({
      errorCode: 'INVALID_CONFIG',
      errorMessage:
        'consumer.heartbeat.interval.ms must be greater than or equal to group.consumer.min.heartbeat.interval.ms',
    });
  });

  test('knows topics and brokers that there are', () => {
    const cluster = threeBrokers();
    expect(alter(cluster, topic, ['retention.ms', 0, '1'])).toMatchObject({
      errorCode: 'UNKNOWN_TOPIC_OR_PARTITION',
      errorMessage: "The topic 't' does not exist.",
    });
    expect(alter(cluster, [4, '7'], ['num.io.threads', 0, '4'])?.errorCode).toBe(
      'BROKER_ID_NOT_REGISTERED',
    );
    expect(alter(cluster, [4, 'x'], ['num.io.threads', 0, '4'])?.errorCode).toBe('INVALID_REQUEST');
    expect(alter(cluster, [99, 'x'])?.errorCode).toBe('UNSUPPORTED_VERSION');
  });
});
